"""Builds as a user starts them, and the city of Chicago where its data are at hand."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest

from kuai import cli
from kuai.home import Home
from kuai.lake import Lake


@dataclass(frozen=True)
class Built:
    """The command with a home of its own."""

    folder: Path
    city: str

    @property
    def home(self) -> Home:
        return Home(self.folder)

    @property
    def lake(self) -> Lake:
        return Lake(self.home.city(self.city).lake)

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        out, err = io.StringIO(), io.StringIO()
        chosen = {"KUAI_HOME": str(self.folder), "KUAI_LANG": "en"}
        with mock.patch.dict(os.environ, chosen), redirect_stdout(out), redirect_stderr(err):
            code = cli.main(list(words))
        return code, out.getvalue(), err.getvalue()

    def build(self, data: Path) -> dict[str, Any]:
        """Last line of a build, which may have left files out."""
        code, out, err = self.run("build", "--city", self.city, "--data", str(data), "--json")
        assert out, err
        report: dict[str, Any] = json.loads(out.splitlines()[-1])
        assert bool(code) == bool(report["errors"]), err
        return report

    def query(self, metric: str, level: str, period: str, first: date, last: date, *more: str) -> list[dict[str, Any]]:
        """Rows of a question."""
        span = ("--from", first.isoformat(), "--to", last.isoformat())
        words = ("query", metric, "--level", level, "--period", period, *span, *more, "--city", self.city, "--json")
        code, out, err = self.run(*words)
        assert code == 0, err
        return list(json.loads(out))

    def total(self, metric: str, period: str, first: date, last: date, *more: str) -> dict[str, Any]:
        """Value, or the state where there is none, of the whole city by period."""
        rows = self.query(metric, "city", period, first, last, *more)
        return {row["period"]: row["state"] if row["value"] is None else row["value"] for row in rows}

    @contextmanager
    def tables(self, *names: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """The lake's tables, readable by SQL inside the zone."""
        with duckdb.connect(config={"threads": 2}) as connection:
            for name in names:
                connection.execute(f"CREATE VIEW {name} AS FROM read_parquet({self.lake.paths(name)!r})")
            yield connection

    @contextmanager
    def store(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The serving file that readers get now."""
        folder = self.home.city(self.city).store
        name = json.loads((folder / "current").read_text("utf-8"))["file"]
        with duckdb.connect(str(folder / name), read_only=True) as connection:
            yield connection


@pytest.fixture(scope="session")
def chicago_built(chicago: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, dict[str, Any]]:
    """The whole of Chicago, built once, with what the build said."""
    built = Built(tmp_path_factory.mktemp("chicago"), "chicago")
    return built, built.build(chicago)


@pytest.fixture(scope="session")
def home_of() -> Callable[[Path, str], Built]:
    """A home for the builds of a city."""
    return Built
