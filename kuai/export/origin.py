"""Origin: what an export says of itself, so that a number can be traced when the file is all that is left."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from kuai import catalog, texts

if TYPE_CHECKING:
    from datetime import datetime

    from kuai.question import Export

Origin = dict[str, Any]
_OF_BATCH = ("dataset", "source", "path", "first_day", "last_day", "run_id")


def origin(export: Export, language: str) -> Origin:
    """What, from where, by whom and how: texts, numbers and lists of them, in the order they are to be read.

    Source files are named without their rows: how many persons a file lists is no served count.

    Parameters
    ----------
    export : Export
        What is taken away.
    language : str
        Language of names and notes, `zh` or `en`.
    """
    return {**_subject(export, language), **_source(export), **_taken(export), "notes": notes(export, language)}


def notes(export: Export, language: str) -> list[str]:
    """Sentences without which the numbers would be misread."""
    found = [texts.text("export.states", language)]
    if export.noise:
        found.append(texts.text("export.not_additive", language))
    for measure, deviation in export.noise.items():
        label = catalog.measure(measure).label.to(language)
        found.append(texts.text("export.noise", language, measure=label, sd=f"{deviation:.2f}"))
    return found


def _subject(export: Export, language: str) -> Origin:
    metric, asked = export.answer.metric, export.question
    return {
        "metric": metric.id, "label": metric.label.to(language), "unit": metric.unit.to(language),
        "measures": list(metric.measures), "level": asked.level, "period": asked.period, "first": str(asked.first),
        "last": str(asked.last), "category": asked.category, "area": asked.area or "",
        "within": str(asked.within or ""), "rows": len(export.answer.rows), "noise_sd": export.noise,
    }  # fmt: skip


def _source(export: Export) -> Origin:
    return {
        "city": export.snapshot["city"], "snapshot": export.answer.snapshot,
        "published_at": _moment(export.snapshot["published_at"]), "policy_version": export.policy,
        "age_seconds": export.answer.age_seconds, "batches": [_batch(one) for one in export.answer.batches],
    }  # fmt: skip


def _taken(export: Export) -> Origin:
    viewer = export.viewer
    return {
        "exported_by": viewer.name, "role": viewer.role, "scope": [str(one) for one in viewer.scope],
        "purpose": viewer.purpose, "reason": viewer.reason, "exported_at": _moment(export.at),
    }  # fmt: skip


def _batch(batch: dict[str, Any]) -> dict[str, str]:
    return {name: str(batch[name] if batch[name] is not None else "") for name in _OF_BATCH}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
