"""Kuai: block-level aggregates of population, cases and checkpoints, served with disclosure control."""

__version__ = "0.1.0"
