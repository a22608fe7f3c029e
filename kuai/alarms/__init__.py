"""Alarms and the wall's declaration: what a city shows, what it is alarmed by, who acts, and what was done about it."""
