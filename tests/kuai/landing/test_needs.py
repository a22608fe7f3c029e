from __future__ import annotations

from collections.abc import Callable

import pytest

from kuai.errors import PackError
from kuai.landing.header import Header
from kuai.landing.needs import columns_missing, columns_used, needed

COLUMNS = {"Id": "VARCHAR", "a b": "VARCHAR", "geometry": "GEOMETRY", "c": "VARCHAR"}
ALL = set(COLUMNS)

USED = [
    ('SELECT line, "a b" AS x FROM raw', {"a b"}),
    ("SELECT line, ID FROM raw", {"Id"}),
    ("SELECT line, hex(ST_AsWKB(geometry)) AS g FROM raw", {"geometry"}),
    ("SELECT line, x FROM (SELECT line, c AS x FROM raw)", {"c"}),
    ("WITH t AS (SELECT line, c FROM raw) SELECT line, id FROM t JOIN raw USING (line, c)", {"Id", "c"}),
    ("SELECT line, count(*) OVER () AS n FROM raw", set()),
    ("SELECT * FROM raw", ALL),
    ("FROM raw", ALL),
    ("SELECT line, COLUMNS('c') FROM raw", ALL),
    ("SELECT line, raw FROM raw", ALL),
    ("SELECT line, r FROM raw AS r", ALL),
    ("SELECT line, #2 FROM raw", ALL),
    ("SELECT t.line FROM raw NATURAL JOIN raw AS t", ALL),
]


@pytest.mark.parametrize(("sql", "used"), USED)
def test_columns_a_select_may_read_are_all_found(sql: str, used: set[str], source: Callable) -> None:
    assert columns_used(sql, COLUMNS) == used
    assert columns_missing(source(sql=sql), COLUMNS) == []


def test_every_missing_column_is_found_at_once(source: Callable) -> None:
    sql = 'SELECT line, raw.x, r.y, r."z z" FROM raw JOIN raw AS r USING (line)'
    assert columns_missing(source(sql=sql), COLUMNS) == ["x", "y", "z z"]
    assert columns_missing(source(sql='SELECT line, "Kind" AS kind FROM raw'), COLUMNS) == ["Kind"]
    assert needed(source(sql="SELECT line, x, c FROM raw; -- done"), Header(COLUMNS), "f.csv") == {"x", "c"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELEC line",
        "SELECT line, nothing(c) FROM raw",
        "SELECT line FROM nowhere",
        "SELECT t.x FROM (SELECT line FROM raw) AS t",
        "SELECT line FROM raw; SELECT line FROM raw",
        "DROP TABLE raw",
        "",
        "SELECT line FROM read_csv('/etc/passwd')",
    ],
)
def test_what_is_wrong_whatever_the_file_is_the_fault_of_the_pack(sql: str, source: Callable) -> None:
    with pytest.raises(PackError, match=r"^lamps\.sql: "):
        columns_missing(source(sql=sql), COLUMNS)
