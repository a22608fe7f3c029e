"""Question and answer drawn as text, for the specification of the gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kuai.disclosure.policy import Policy
from kuai.serving import Question, Serving
from kuai.settings import Settings
from kuai.store.reader import Reader
from kuai.store.releases import Note

NOW = datetime(2018, 5, 1, tzinfo=UTC)
AREAS = {
    "level": """
        hierarchy | level   | rank | name_zh | name_en  | has_geometry
        police    | city    | 0    | 市      | City     | true
        police    | station | 1    | 派出所  | Station  | true
    """,
    "area": """
        hierarchy | level   | area | parent | valid_from | valid_to
        police    | city    | demo | -      | 2000-01-01 | -
        police    | station | a    | demo   | 2000-01-01 | -
        police    | station | b    | demo   | 2000-01-01 | -
    """,
    "released": """
        measure                | level   | period
        incident_count         | station | month
        incident_count         | station | day
        closed_count           | station | month
        median_handling_days   | station | month
        population_event_count | station | month
        resident_count         | station | stock
        checkpoint_count       | station | stock
        passage_count          | station | month
    """,
    "category": """
        measure                | category
        incident_count         | all
        incident_count         | theft
        closed_count           | all
        median_handling_days   | all
        population_event_count | all
        resident_count         | all
        checkpoint_count       | all
        passage_count          | all
    """,
}


@pytest.fixture
def gate(publish: Any) -> Any:
    """Lends the gate to a drawn store."""

    @contextmanager
    def open_gate(tables: dict[str, str] | None = None) -> Iterator[Serving]:
        home = publish(**(AREAS | (tables or {})))
        reader = Reader(home.city("demo").store, Settings.load().serve)
        with closing(Serving(reader, Policy.load(), lambda: NOW)) as serving:
            yield serving

    return open_gate


@pytest.fixture
def noted(gate: Any) -> Any:
    """What an answer says of the month that a day lies in."""

    def ask(metric: str, first: str, tables: dict[str, str]) -> str:
        day = date.fromisoformat(first)
        with gate(tables) as serving:
            notes = serving.ask(Question(metric, "station", "month", day, day)).notes
        return "; ".join(f"{one.period} {_said(one)}" for one in notes)

    return ask


@pytest.fixture
def asked(gate: Any) -> Any:
    """Rows that a question on a drawn store is answered with, as `area period value state` and coverage."""

    def ask(
        metric: str, first: str, last: str, period: str = "month", tables: dict[str, str] | None = None, **also: Any
    ) -> list[str]:
        question = Question(metric, "station", period, date.fromisoformat(first), date.fromisoformat(last), **also)
        with gate(tables) as serving:
            rows = serving.ask(question).rows
        return [
            " ".join(
                [
                    row.area,
                    row.period,
                    "-" if row.value != row.value else f"{row.value:g}",
                    row.state,
                    f"{row.coverage:g}",
                ]
            )
            for row in rows.itertuples()
        ]

    return ask


def _said(note: Note) -> str:
    return f"waits {note.released_on}" if note.released_on else f"revised {note.revision} {note.revised_on}"
