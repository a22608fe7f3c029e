"""Sections of the settings for whoever works on this host: as whom he asks, in which language, what is generated."""

from __future__ import annotations

from dataclasses import dataclass

from kuai.bounds import between, day, one_of


@dataclass(frozen=True)
class ConsoleSettings:
    """As whom, and what for, a command on this host asks unless told otherwise; the policy decides whether it may."""

    role: str
    purpose: str


@dataclass(frozen=True)
class GenerateSettings:
    """What the generator writes unless told otherwise."""

    scale: str = one_of("town", "city", "province")
    seed: int = between(0)
    until: str = day()
    processes: int = between(0)


@dataclass(frozen=True)
class TextSettings:
    """Languages of the command line and of the pages."""

    cli: str = one_of("zh", "en")
    pages: str = one_of("zh", "en")
