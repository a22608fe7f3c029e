"""What goes with an answer that is taken away: names and outlines of its areas, the snapshot, and the noise in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kuai import catalog, periods, sql
from kuai.question import Answer, Export, Question
from kuai.store import lineage

if TYPE_CHECKING:
    from datetime import datetime

    from kuai.access import Viewer
    from kuai.disclosure.policy import Policy
    from kuai.metrics import Metric
    from kuai.store.reader import Opened

_COLUMNS = ["area", "name_zh", "name_en", "valid_from", "geometry"]


@dataclass(frozen=True)
class Taking:
    """Who takes an answer away and when, and whether the outlines of its areas go with it."""

    viewer: Viewer
    at: datetime
    has_outlines: bool


def export(opened: Opened, policy: Policy, question: Question, answer: Answer, taking: Taking) -> Export:
    """Answer with all that goes with it.

    Parameters
    ----------
    opened : Opened
        Serving file that the answer is from.
    policy : Policy
        Policy in force.
    question, answer : Question, Answer
        What was asked, and what may be shown.
    taking : Taking
        By whom it is taken, and when.
    """
    areas = _vintages(opened, question, taking)
    told = lineage.snapshot(opened.facts), _noise(policy, answer.metric)
    return Export(question, answer, areas, *told, taking.viewer, policy.version, taking.at)


def _vintages(opened: Opened, question: Question, taking: Taking) -> pd.DataFrame:
    wanted = {
        "hierarchy": opened.facts.hierarchy_of(question.level), "level": question.level,
        "first": periods.start(question.period, question.first), "last": periods.end(question.period, question.last),
        "outlines": taking.has_outlines,
    }  # fmt: skip
    return pd.DataFrame(opened.rows(sql.text("query_vintages"), wanted), columns=_COLUMNS)


def _noise(policy: Policy, metric: Metric) -> dict[str, float]:
    """Standard deviation of the noise in persons, by each measure of a metric that is served with some."""
    known = {one: policy.klass(catalog.measure(one).klass).noise for one in metric.measures}
    return {one: found.moments[1] ** 0.5 for one, found in known.items() if found}
