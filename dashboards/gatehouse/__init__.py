"""Gatehouse: who comes in, as whom, and by which door."""
