"""Citizen identity numbers: the check digit, the upgrade from 15 digits, and why a number is refused."""
