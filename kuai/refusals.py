"""Refusals in the reader's language: each English sentence an error is raised with has its Chinese one beside it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from kuai.errors import KuaiError

_FIELD = re.compile(r"\\\{(\w+)\\\}")


def in_language(error: KuaiError, language: str) -> tuple[str, str]:
    """What an error says is wrong and what to do, in a language; as it was raised where nothing else is declared.

    Parameters
    ----------
    error : KuaiError
        What was raised.
    language : str
        `zh` or `en`.
    """
    if language != "zh":
        return error.what, error.remedy
    return said("what", error.what), said("remedy", error.remedy)


def said(part: str, sentence: str) -> str:
    """Chinese wording of a sentence, its names and numbers as they are; the sentence itself if it has none.

    Parameters
    ----------
    part : str
        `what` or `remedy`.
    sentence : str
        The English wording.
    """
    for pattern, chinese in _wordings()[part]:
        if found := pattern.fullmatch(sentence):
            return chinese.format(**found.groupdict())
    return sentence


@cache
def _wordings() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Patterns of the English sentences, those with the most words of their own first."""
    declared = tomllib.loads(Path(__file__).with_name("refusals.toml").read_text("utf-8"))
    return {part: [(_pattern(one), table[one]) for one in sorted(table, key=_own)] for part, table in declared.items()}


def _own(sentence: str) -> int:
    return -len(re.sub(r"\{\w+\}", "", sentence))


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(_FIELD.sub(r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)
