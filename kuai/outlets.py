"""Sections of the settings for the ways by which numbers leave beside the pages: the command line and exports."""

from __future__ import annotations

from dataclasses import dataclass

from kuai.bounds import between


@dataclass(frozen=True)
class ConsoleSettings:
    """As whom, and what for, a command on this host asks unless told otherwise; the policy decides whether it may."""

    role: str
    purpose: str


@dataclass(frozen=True)
class ExportSettings:
    """How large an export may be, and how many are made at once."""

    rows: int = between(1, 10_000_000)
    page_mb: int = between(1, 1024)
    at_once: int = between(1, 32)
