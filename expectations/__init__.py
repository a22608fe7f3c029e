"""Expectations: what a delivery must fulfil before it is published."""
