"""Every error a user can meet: what is wrong, where, and what to do; one exit code per class."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar


class KuaiError(Exception):
    """Error whose text a user can act on.

    Parameters
    ----------
    what : str
        What is wrong, in one sentence.
    where : str
        File, line, table or option it was met at; empty if there is none.
    remedy : str
        What to do about it; empty if nothing can be said.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.remedy = what, where, remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}" + (f"\n  → {self.remedy}" if self.remedy else "")

    def __reduce__(self) -> tuple[type[KuaiError], tuple[str, str, str]]:
        return type(self), (self.what, self.where, self.remedy)


class SettingsError(KuaiError):
    """A setting, an option or the policy is wrong (exit code 3)."""

    exit_code = 3


class PackError(KuaiError):
    """A city pack is incomplete or contradicts itself (exit code 4)."""

    exit_code = 4


class SourceError(KuaiError):
    """A source file cannot be read as declared (exit code 5)."""

    exit_code = 5


class GateError(KuaiError):
    """A question the gate does not answer: unknown name, or not offered (exit code 6)."""

    exit_code = 6


class ExpectationError(KuaiError):
    """A blocking expectation failed, so nothing was published (exit code 7)."""

    exit_code = 7


class LakeError(KuaiError):
    """The lake or the store is in a state that the work cannot go on from (exit code 8)."""

    exit_code = 8


class KeyringError(KuaiError):
    """A key is absent, unreadable or open to others (exit code 9)."""

    exit_code = 9


class EngineError(KuaiError):
    """Spark, Java or a worker is not to be had (exit code 10)."""

    exit_code = 10


class AccessError(KuaiError):
    """Somebody is not let in, or not in that role, for that purpose or that area (exit code 11)."""

    exit_code = 11


class AuditError(KuaiError):
    """An audit line cannot be written, or the audit is not what was written (exit code 12)."""

    exit_code = 12


class AlarmError(KuaiError):
    """An alarm is not there, has cleared, or is not put aside like that (exit code 13)."""

    exit_code = 13


_LISTED = 12


def nearest(name: str, known: Iterable[str]) -> str:
    """Hint that names the closest known names, or the first dozen if none is close, as a sentence.

    Parameters
    ----------
    name : str
        The unknown name.
    known : iterable of str
        The names that would have been right.
    """
    names = sorted(set(known))
    close = get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(close)}?"
    rest = f" … ({len(names)} in all)" if len(names) > _LISTED else ""
    return f"known: {', '.join(names[:_LISTED])}{rest}"
