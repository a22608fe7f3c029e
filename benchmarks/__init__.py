"""Promises about speed, each measured against a peer in the same run."""
