"""Persons of the town as they were counted, from the rows of the lake: what no answer may be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from kuai.home import CityHome

Counts = dict[tuple[str, str, str, date, str], int]
"""Persons by measure, level, area, day and category."""

_LIES = """
    CREATE TABLE lies AS
    WITH RECURSIVE above AS (
        SELECT hierarchy, rank, level, area, parent, valid_from AS first, area AS block,
               coalesce(valid_to, DATE '9999-01-01') AS last
        FROM store.area JOIN store.level USING (hierarchy, level) WHERE level = 'block'
        UNION
        SELECT upper.hierarchy, upper.rank, upper.level, upper.area, upper.parent, first, block, last
        FROM above
        JOIN (SELECT * FROM store.area JOIN store.level USING (hierarchy, level)) AS upper
            ON upper.hierarchy = above.hierarchy AND upper.rank = above.rank - 1 AND upper.area = above.parent
    )
    SELECT DISTINCT level, area, block, first, last FROM above
"""
_RESIDENTS = """
    WITH resident AS (
        SELECT pid, as_of, max(struct_pack(registered_on, area, sex)) AS home FROM person GROUP BY ALL
    )
    SELECT 'resident_count', level, lies.area, as_of, category, count(DISTINCT pid)
    FROM resident
    JOIN lies ON lies.block = home.area AND as_of BETWEEN first AND last
    CROSS JOIN (VALUES ('all', ''), ('male', 'M'), ('female', 'F')) AS kind (category, sex)
    WHERE kind.sex IN ('', home.sex)
    GROUP BY ALL
"""
_EVENTS = """
    SELECT 'population_event_count', level, lies.area, CAST(date_trunc('month', occurred_on) AS DATE), 'all',
           count(DISTINCT pid)
    FROM event JOIN lies ON lies.block = event.area AND occurred_on BETWEEN first AND last
    GROUP BY ALL
"""


def counted(city: CityHome, file: Path) -> Counts:
    """Exact counts of residents, all and by sex, and of persons with events in a month."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{file}' AS store (READ_ONLY)")
        for view, folder in (("person", "core_person"), ("event", "core_population_event")):
            connection.execute(f"CREATE VIEW {view} AS FROM '{city.lake / folder}/*.parquet'")
        connection.execute(_LIES)
        rows = [row for query in (_RESIDENTS, _EVENTS) for row in connection.execute(query).fetchall()]
    return {(measure, level, area, day, category): count for measure, level, area, day, category, count in rows}
