"""A reader that never rests: `python poll.py HOME CITY OUT` asks until OUT.stop exists, one line of JSON per answer."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from datetime import date
from pathlib import Path

from pandas.util import hash_pandas_object

from kuai.errors import KuaiError
from kuai.home import Home
from kuai.serving import Question, Serving

SPAN = date(2025, 7, 1), date(2026, 6, 30)
QUESTIONS = (
    Question("incident_count", "station", "month", *SPAN),
    Question("resident_count", "block", "quarter", *SPAN),
    Question("passage_count", "county", "day", *SPAN),
    Question("area_count", "county", "year", *SPAN),
)


def answers(home: Path, city: str) -> dict[str, tuple[str, str]]:
    """Snapshot and digest of the rows, or the error, for each question."""
    serving = Serving.open(Home(home), city)
    found = {question.metric: _ask(serving, question) for question in QUESTIONS}
    serving.close()
    return found


def _ask(serving: Serving, question: Question) -> tuple[str, str]:
    try:
        answer = serving.ask(question)
    except KuaiError as error:
        return "error", str(error)
    rows = hash_pandas_object(answer.rows.drop(columns="coverage"))
    return answer.snapshot, hashlib.sha256(rows.to_numpy().tobytes()).hexdigest()


def poll(home: Path, city: str, out: Path) -> None:
    """Ask with one gate held open, as a page does, until told to stop."""
    serving = Serving.open(Home(home), city)
    with out.open("w", encoding="utf-8") as file:
        while not out.with_suffix(".stop").exists():
            for question in QUESTIONS:
                file.write(json.dumps([question.metric, *_ask(serving, question)]) + "\n")
            file.flush()
            time.sleep(0.3)


if __name__ == "__main__":
    poll(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
