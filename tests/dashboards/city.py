"""A city small enough to know by heart: two counties of three square stations each, every state somewhere."""

from __future__ import annotations

import shapely

STATIONS = {f"s{number}": (number % 3, number // 3) for number in range(6)}
_SIDE = 0.1
CASES = {"s0": 3, "s1": 7, "s2": 12, "s3": 0, "s4": 25, "s5": 40}
RESIDENTS = {"s0": 1200, "s1": 900, "s2": 700, "s3": 400, "s4": 60}  # s5 is withheld

OTHERS = {
    "level": """
        hierarchy | level   | rank | name_zh | name_en | has_geometry
        police    | city    | 0    | 全市    | City    | true
        police    | county  | 1    | 县区    | County  | true
        police    | station | 2    | 派出所  | Station | true
    """,
    "coverage": """
        measure        | first      | last
        incident_count | 2018-01-01 | 2018-03-20
    """,
    "feed": """
        source  | dataset     | every | expected_from | due_hours | covered_until | budget_hours
        cases   | core.case   | day   | 2018-01-01    | 24        | 2018-03-20    | 36
        persons | core.person | -     | -             | -         | -             | 2400
    """,
    "batch": """
        batch_id | dataset   | source | path     | rows_read | accepted | quarantined | unlocated | first_day | last_day
        b1       | core.case | cases  | cases_q1 | 90 | 88 | 2 | 1 | 2018-01-01 | 2018-03-20
    """,
    "released": """
        measure        | level   | period
        incident_count | county  | month
        incident_count | station | month
        incident_count | station | day
        incident_hour_count | station | month
        resident_count | county  | stock
        resident_count | station | stock
    """,
    "calendar": """
        measure        | period | lag_days | revise | revisions
        resident_count | stock  | 20       | half   | 2
    """,
    "edition": """
        measure        | period | first      | last       | revision | revised_on
        resident_count | stock  | 2018-01-01 | 2018-01-01 | 2        | 2018-02-01
    """,
    "discovered": """
        category
        gambling
    """,
    "category": """
        measure        | category
        incident_count | all
        incident_count | gambling
        incident_count | theft
        incident_hour_count | all
        resident_count | all
    """,
}  # fmt: skip


def square(column: float, row: float, width: float = 1) -> str:
    """WKB of a square as DuckDB writes a BLOB."""
    west, south = 100 + column * _SIDE, 30 + row * _SIDE
    raw = shapely.to_wkb(shapely.box(west, south, west + width * _SIDE, south + _SIDE))
    return "".join(f"\\x{byte:02X}" for byte in raw)


def areas() -> str:
    lines = ["hierarchy | level | area | parent | name_zh | name_en | valid_from | geometry"]
    lines.append(f"police | city | demo | - | 示范 | Demo | 2010-01-01 | {square(0, 0, 3)}")
    for row, name in enumerate(("东县", "西县")):
        lines.append(f"police | county | c{row} | demo | {name} | County {row} | 2010-01-01 | {square(0, row, 3)}")
    for code, (column, row) in STATIONS.items():
        outline = square(column, row)
        lines.append(f"police | station | {code} | c{row} | {code}所 | Station {code} | 2010-01-01 | {outline}")
    return "\n".join(lines)


def cells() -> str:
    lines = ["measure | level | area | period | start | category | value"]
    for code, count in CASES.items():
        lines.append(f"incident_count | station | {code} | month | 2018-03-01 | all | {count}")
        lines.append(f"incident_count | station | {code} | month | 2018-02-01 | all | {count + 1}")
    lines += [f"resident_count | station | {code} | stock | 2018-01-01 | all | {n}" for code, n in RESIDENTS.items()]
    lines += [f"incident_count | county | c{row} | month | 2018-03-01 | all | {n}" for row, n in enumerate((22, 65))]
    return "\n".join(lines)


TABLES = {"cell": cells(), "area": areas(), **OTHERS}
