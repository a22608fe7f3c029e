"""Rows against their contract: every row of a chunk is accepted, or rejected with the first rule it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import duckdb
import numpy as np

from kuai.city.model import Source
from kuai.contracts import Column, Contract
from kuai.errors import PackError, nearest
from kuai.landing.casting import cast, may_fail, unreadable
from kuai.landing.chunk import Chunk
from kuai.landing.faults import pack_fault


@dataclass(frozen=True)
class Checked:
    """Rows of one chunk by what became of them: ``accepted + rejected`` is the number of its rows."""

    accepted: int
    rejected: int


@dataclass
class FileCheck:
    """The check of one file, chunk by chunk; it remembers the file's keys.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the rows are checked. Each check leaves the temporary views ``accepted`` (``line`` and the contract's
        columns) and ``rejected`` (``line``, ``rule``) there, until the next.
    contract : Contract
        What rows must fulfil.
    source : Source
        The pack's SELECT from ``raw``.
    file : str
        Name of the file, the value of ``raw.file``.
    as_of : date, optional
        Day of the snapshot, the value of ``raw.as_of``.
    """

    connection: duckdb.DuckDBPyConnection
    contract: Contract
    source: Source
    file: str
    as_of: date | None = None
    _keyed: bool = field(default=False, init=False)

    def check(self, chunk: Chunk) -> Checked:
        """Rows accepted and rejected of a chunk.

        The rules are applied in this order: values that do not fit their type, the predicates of the contract, and a
        key that an earlier accepted row of the file had. A row is rejected by the first one it breaks.

        Raises
        ------
        PackError
            If the SELECT fails, does not keep every row, or does not yield the contract's columns.
        """
        self._select(chunk)
        self._judge()
        self._keep_all(chunk)
        self._refuse_repeats()
        self.connection.execute(_ACCEPTED)
        self.connection.execute(_REJECTED)
        rejected = self._number("SELECT count(*) FROM rejected")
        return Checked(chunk.table.num_rows - rejected, rejected)

    def _select(self, chunk: Chunk) -> None:
        self.connection.register("landing_chunk", chunk.table)
        day = f"DATE '{self.as_of}'" if self.as_of else "CAST(NULL AS DATE)"
        columns = f"*, {_text(self.file)} AS file, {day} AS as_of"
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT {columns} FROM landing_chunk")
        with self._pack_faults():
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW landing_selected AS {self.source.sql}")

    def _judge(self) -> None:
        """All rows with their values cast and the rule each one breaks; the SELECT runs here, once."""
        described = self.connection.execute("DESCRIBE landing_selected").fetchall()
        kinds = {str(row[0]): str(row[1]) for row in described}
        self._check_columns(list(kinds.items()))
        values, faults = _cast_all(self.contract.columns, kinds)
        names = ", ".join(f'"{column.name}"' for column in self.contract.columns)
        with self._pack_faults():
            self.connection.execute(
                "CREATE OR REPLACE TEMP TABLE landing_judged AS "
                f"SELECT line, {names}, {_first([*faults, *self.contract.predicates()])} AS _rule "
                f"FROM (SELECT line, {', '.join(values)} FROM landing_selected)"
            )
        self.connection.execute("DROP VIEW landing_selected")
        self.connection.execute("DROP VIEW raw")
        self.connection.unregister("landing_chunk")

    def _keep_all(self, chunk: Chunk) -> None:
        kept = self.connection.execute("SELECT line FROM landing_judged").fetchnumpy()["line"]
        read = chunk.table.column("line").to_numpy()
        if np.ma.is_masked(kept) or not np.array_equal(np.sort(kept), np.sort(read)):
            raise self._fault(f"it made {len(kept)} rows of {len(read)}; it must keep every row once")

    def _check_columns(self, selected: list[tuple[str, str]]) -> None:
        if selected[0] != ("line", "BIGINT"):
            raise self._fault("its first column must be `line`, as it is in `raw`")
        found = {name for name, _ in selected}
        known = {column.name for column in self.contract.columns}
        required = {column.name for column in self.contract.columns if column.required}
        if unknown := sorted(found - known - {"line"}):
            raise self._fault(f"{self.contract.name} has no column {unknown[0]}", nearest(unknown[0], known - found))
        if absent := sorted(required - found):
            raise self._fault(f"it lacks {', '.join(absent)}, which {self.contract.name} requires")

    def _refuse_repeats(self) -> None:
        """Rows whose key came before are rejected; the first of the file stays."""
        if not self.contract.key:
            return
        key = ", ".join(f'"{name}"' for name in self.contract.key)
        keyed = " AND ".join(["_rule IS NULL", *(f'"{name}" IS NOT NULL' for name in self.contract.key)])
        self._begin_keys(key)
        rows = self._number(f"SELECT count(*) FROM landing_judged WHERE {keyed}")
        new = self._number(
            f"INSERT INTO landing_keys SELECT {key}, min(line) FROM (SELECT * FROM landing_judged WHERE {keyed}) "
            f"ANTI JOIN landing_keys USING ({key}) GROUP BY ALL"
        )
        if new < rows:
            rule = _text(f"duplicate:{','.join(self.contract.key)}")
            repeated = f"{keyed} AND line NOT IN (SELECT _first FROM landing_keys)"
            self.connection.execute(f"UPDATE landing_judged SET _rule = {rule} WHERE {repeated}")

    def _begin_keys(self, key: str) -> None:
        if not self._keyed:
            empty = f"SELECT {key}, line AS _first FROM landing_judged LIMIT 0"
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE landing_keys AS {empty}")
        self._keyed = True

    def _number(self, sql: str) -> int:
        return int(self.connection.execute(sql).fetchall()[0][0])

    def _fault(self, what: str, remedy: str = "a source SELECT must keep every row and begin with line") -> PackError:
        return PackError(f"the SELECT on {self.file}: {what}", str(self.source.sql_path), remedy)

    @contextmanager
    def _pack_faults(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            raise pack_fault(error, self.source.sql_path, self.file) from None


_ACCEPTED = "CREATE OR REPLACE TEMP VIEW accepted AS SELECT * EXCLUDE (_rule) FROM landing_judged WHERE _rule IS NULL"
_REJECTED = """
CREATE OR REPLACE TEMP VIEW rejected AS SELECT line, _rule AS rule FROM landing_judged WHERE _rule IS NOT NULL
"""


def _cast_all(columns: tuple[Column, ...], kinds: dict[str, str]) -> tuple[list[str], list[tuple[str, str]]]:
    """(select list of the cast values and, as ``_<name>``, of what they were; rules of values that do not fit)."""
    values = [f'{_value(column, kinds)} AS "{column.name}"' for column in columns]
    faults = []
    for column in columns:
        if column.name in kinds and may_fail(column, kinds[column.name]):
            before = f"_{column.name}"
            values.append(f'"{column.name}" AS "{before}"')
            faults.append((f"type:{column.name}", unreadable(column, kinds[column.name], before)))
    return values, faults


def _value(column: Column, kinds: dict[str, str]) -> str:
    return cast(column, kinds[column.name]) if column.name in kinds else f"CAST(NULL AS {column.sql_type})"


def _first(rules: list[tuple[str, str]]) -> str:
    """SQL of the first rule that is broken, NULL if none is."""
    cases = " ".join(f"WHEN {bad} THEN {_text(rule)}" for rule, bad in rules)
    return f"CASE {cases} END" if cases else "CAST(NULL AS VARCHAR)"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
