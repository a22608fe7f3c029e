from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from kuai.contracts import Column, Contract
from kuai.errors import PackError
from kuai.landing.checked import Checked, FileCheck
from kuai.landing.chunk import Chunk, none_turned_away

ROWS = """
    L1 ,gas, 60 ,1901-02-03,1.5   |
    L2 ,arc,    ,1901-02-03,      |
    L3 ,   ,60.0,1901-02-03,1e1   |
    L4 ,gas,60.5,1901-02-03,1.5   | type:watts
    L5 ,gas,1e2 ,1901-02-03,1.5   | type:watts
    L6 ,gas,9999999999,1901-02-03,| type:watts
    L7 ,gas,60  ,3/2/1901  ,1.5   | type:lit_on
    L8 ,gas,60  ,1901-02-03 10:00,| type:lit_on
    L9 ,gas,60  ,infinity  ,1.5   | type:lit_on
    L10,gas,60  ,1901-02-03,nan   | type:longitude
    L11,gas,60  ,1901-02-03,1.5 E | type:longitude
    L12,gas,x   ,          ,1.5   | type:watts
       ,gas,60  ,1901-02-03,1.5   | required:lamp_id
    L13,gas,60  ,          ,1.5   | required:lit_on
    L14,gas,0   ,1901-02-03,1.5   | range:watts
    L15,gas,1001,1901-02-03,1.5   | range:watts
    L16,gas,60  ,1879-12-31,1.5   | range:lit_on
    L17,oil,60  ,1901-02-03,1.5   | domain:kind
    M18,oil,0   ,1901-02-03,1.5   | pattern:lamp_id
    L1 ,gas,60  ,1901-02-03,1.5   | duplicate:lamp_id
    L17,gas,60  ,1901-02-03,1.5   |
    L17,gas,60  ,1901-02-03,1.5   | duplicate:lamp_id
    L18                           | row_fields
"""


def _table() -> tuple[str, dict[int, str]]:
    pairs = [line.rsplit("|", 1) for line in ROWS.strip().splitlines()]
    text = "\n".join(",".join(part.strip() for part in values.split(",")) for values, _ in pairs)
    return text, {line: rule.strip() for line, (_, rule) in enumerate(pairs, 2) if rule.strip()}


def test_a_row_is_accepted_or_named_with_the_first_rule_it_breaks(
    write: Callable, source: Callable, run: Callable
) -> None:
    text, rules = _table()
    found = run(write("Lamp,Kind,Watts,Lit on,Lon\n" + text), source())
    assert found.rules == rules
    day = date(1901, 2, 3)
    assert found.accepted == [
        ("L1", "gas", 60, day, 1.5),
        ("L2", "arc", None, day, None),
        ("L3", None, 60, day, 10.0),
        ("L17", "gas", 60, day, 1.5),
    ]


Check = Callable[[str, dict[str, object], Contract], duckdb.DuckDBPyConnection]


@pytest.fixture
def check(database: duckdb.DuckDBPyConnection, source: Callable) -> Check:
    def run(select: str, columns: dict[str, object], contract: Contract) -> duckdb.DuckDBPyConnection:
        table = pa.table({"line": pa.array(range(2, 2 + len(next(iter(columns.values())))), pa.int64()), **columns})
        file = FileCheck(database, contract, source(sql=select), "f__2020-01-02.csv", date(2020, 1, 2))
        file.check(Chunk(table, none_turned_away(), 0))
        return database

    return run


def _cast(kind: str, values: list[object], check: Check) -> list[object]:
    contract = Contract("core.x", "x", (Column("x", kind, "x"),))
    connection = check("SELECT line, x FROM raw", {"x": pa.array(values)}, contract)
    rules = dict(connection.sql("FROM rejected").fetchall())
    found = dict(connection.sql("FROM accepted").fetchall())
    return [rules.get(line, found.get(line)) for line in range(2, 2 + len(values))]


CASTS = [
    ("string", ["a ", " ", "\u3000", "", None], ["a ", None, None, None, None]),
    ("string", [1, 2], ["1", "2"]),
    ("integer", ["+1", "-0", "1_0", "0x1", "１"], [1, 0, "type:x", "type:x", "type:x"]),
    ("integer", [1.0, 1.5, float("nan"), None, 3e10], [1, "type:x", "type:x", None, "type:x"]),
    ("bigint", [1 << 40, None], [1 << 40, None]),
    ("double", [1.5, float("nan"), float("-inf"), None], [1.5, "type:x", "type:x", None]),
    ("double", ["1,5", "1.5", ".5"], ["type:x", 1.5, 0.5]),
    ("double", [Decimal("1.25")], [1.25]),
    ("date", ["2020-02-29", "2021-02-29", "2020-02-29 00:00:00"], [date(2020, 2, 29), "type:x", date(2020, 2, 29)]),
    ("date", [datetime(2020, 1, 1), datetime(2020, 1, 1, 1)], [date(2020, 1, 1), "type:x"]),  # noqa: DTZ001
    ("timestamp", ["2020-01-02 03:04", "2020-01-02"], [datetime(2020, 1, 2, 3, 4), datetime(2020, 1, 2)]),  # noqa: DTZ001
    ("timestamp", ["2020-01-02T03:04:05Z", "2020-01-02 03:04+08", "24:00"], ["type:x"] * 3),
    ("date", ["20276-08-15", "0044-03-15 (BC)", "9999-12-31"], ["type:x", "type:x", date(9999, 12, 31)]),
    ("date", pa.array([6_686_273, -719_529, 0], pa.int32()).cast(pa.date32()), ["type:x", "type:x", date(1970, 1, 1)]),
    ("timestamp", ["20276-08-15 01:02:03", "-infinity"], ["type:x"] * 2),
    ("timestamp", [date(2020, 1, 2)], [datetime(2020, 1, 2)]),  # noqa: DTZ001
    ("boolean", ["true", "f", "maybe", " "], [True, False, "type:x", None]),
    ("decimal(5,2)", ["1.25", "12345"], [Decimal("1.25"), "type:x"]),
]


@pytest.mark.parametrize(("kind", "values", "expected"), CASTS)
def test_a_value_is_cast_without_changing_what_it_says(
    kind: str, values: list[object], expected: list[object], check: Check
) -> None:
    assert _cast(kind, values, check) == expected


def test_a_repeat_is_found_across_chunks_and_forgotten_after_the_file(
    source: Callable, database: duckdb.DuckDBPyConnection
) -> None:
    contract = Contract("core.x", "x", (Column("x", "string", "x"), Column("y", "string", "y")), key=("x", "y"))

    def chunk(first: int, *values: str | None) -> Chunk:
        lines = pa.array(range(first, first + len(values)), pa.int64())
        return Chunk(pa.table({"line": lines, "x": pa.array(values, pa.string())}), none_turned_away(), 0)

    for _ in range(2):
        check = FileCheck(database, contract, source(sql="SELECT line, x, '1' AS y FROM raw"), "f.csv")
        assert check.check(chunk(2, "a", "b", "a", None, None)) == Checked(4, 1)
        assert check.check(chunk(7, "b", "c")) == Checked(1, 1)
        assert database.sql("FROM rejected").fetchall() == [(7, "duplicate:x,y")]


def test_an_optional_column_may_be_left_out_and_file_and_day_are_there(check: Check) -> None:
    columns = tuple(Column(name, kind, name) for name, kind in (("a", "string"), ("d", "date"), ("n", "bigint")))
    select = "SELECT line, file AS a, as_of AS d FROM raw"
    connection = check(select, {"x": ["1"]}, Contract("core.x", "x", columns))
    assert connection.sql("FROM accepted").fetchall() == [(2, "f__2020-01-02.csv", date(2020, 1, 2), None)]


SELECTS = [
    ("SELECT line, x FROM raw WHERE x IS NULL", "it made 0 rows of 1"),
    ("SELECT line, x FROM raw UNION ALL SELECT line, x FROM raw", "it made 2 rows of 1"),
    ("SELECT line + 1 AS line, x FROM raw", "it made 1 rows of 1"),
    ("SELECT CAST(NULL AS BIGINT) AS line, x FROM raw", "it made 1 rows of 1"),
    ("SELECT x, line FROM raw", "its first column must be `line`"),
    ("SELECT 'a' AS line, x FROM raw", "its first column must be `line`"),
    ("SELECT line, x, x AS xx FROM raw", "core.x has no column xx"),
    ("SELECT line FROM raw", "it lacks x, which core.x requires"),
    ("SELECT line, CAST(x AS INTEGER) AS x FROM raw", "ConversionException, Could not convert string"),
    ("SELECT line, strptime(x, '%d') AS x FROM raw", "Could not parse string"),
    ("SELECT line, CAST(x AS DATE) AS x FROM raw", "ConversionException"),
    ("SELECT line, error(x) AS x FROM raw", "InvalidInputException"),
    ("SELECT line, x + 'secret' AS x FROM raw", "Binder Error"),
]


@pytest.mark.parametrize(("select", "message"), SELECTS)
@pytest.mark.parametrize("value", ["secret", 'it\'s "secret"', "secret\nsecret", "'secret"])
def test_a_select_that_fails_is_named_and_tells_no_value(select: str, message: str, value: str, check: Check) -> None:
    contract = Contract("core.x", "x", (Column("x", "string", "x").must(),))
    with pytest.raises(PackError) as caught:
        check(select, {"x": [value]}, contract)
    assert message in str(caught.value)
    assert str(caught.value).startswith("lamps.sql: the SELECT")
    assert "f__2020-01-02.csv" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("select", ["x::TINYINT", "x::BIGINT * 9223372036854775807", "('1900-13-' || x)::DATE"])
def test_numbers_of_rows_are_not_told_either(select: str, check: Check) -> None:
    contract = Contract("core.x", "x", (Column("x", "string", "x"),))
    with pytest.raises(PackError) as caught:
        check(f"SELECT line, {select} AS x FROM raw", {"x": ["110101199001"]}, contract)
    assert "1101011" not in str(caught.value)
