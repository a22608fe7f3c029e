from __future__ import annotations

import duckdb


def test_counts_are_the_same_with_and_without_keys(database: duckdb.DuckDBPyConnection) -> None:
    from benchmarks import disclosure

    disclosure.register(database, 500, 7)
    with_keys, without = (
        database.execute(f"SELECT leaf, category, n FROM ({text}) ORDER BY ALL", disclosure.SPAN).fetchall()
        for text in (disclosure.keyed(), disclosure.plain())
    )
    assert with_keys == without
    assert sum(n for _, category, n in with_keys if category == "all") == 500
