"""A made-up town that is nothing but a folder of declarations, its landing files, and builds of it in this process."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kuai import catalog
from kuai.city import load_city
from kuai.home import Home
from kuai.settings import Settings, conf_folder

from expectations import validate as expected
from jobs.job import Report, build
from jobs.progress import Silent
from jobs.site import Site

X0, Y0, SIDE = 500_000, 4_400_000, 1_000
MONTHS = ("2025-05", "2025-06", "2025-07")

CITY = """
city = "liuxi"
name = { zh = "柳溪镇", en = "Liuxi" }
time_zone = "Asia/Shanghai"
discovered = ["noise"]
hierarchies = [ { name = "grid", levels = ["town", "village", "cell"], locate = "cell" } ]
[level.town]
zh = "镇"
en = "Town"
[level.village]
zh = "村"
en = "Village"
[level.cell]
zh = "格"
en = "Cell"
[owner.office]
zh = "镇政府"
en = "Town office"
[freshness]
"core.case" = 36
"""
FORM = 'format = "csv"\ndelimiter = ";"\nencoding = "gb18030"\ncrs = "EPSG:32650"\nowner = "office"\n'
SNAPSHOT = "as_of = '__(\\d{4}-\\d{2}-\\d{2})'\n"
SOURCES = f"""
[outlines]
dataset = "core.area"
files = "区划*.csv"
{FORM}
[incidents]
dataset = "core.case"
files = "案件_*.csv*"
coverage = "name"
{FORM}
[residents]
dataset = "core.population_count"
files = "人口__*.csv"
{SNAPSHOT}{FORM}
[posts]
dataset = "core.checkpoint"
files = "卡口__*.csv"
{SNAPSHOT}{FORM}
[traffic]
dataset = "core.checkpoint_hour"
files = "流量_*.csv"
coverage = "observed"
{FORM}
"""
SELECTS = {
    "outlines": 'SELECT line, \'grid\' AS hierarchy, "级" AS level, "码" AS area, "上级" AS parent, "名" AS name_zh, '
    '"名" AS name_en, "起" AS valid_from, "止" AS valid_to, "界" AS geometry FROM raw',
    "incidents": 'SELECT line, "号" AS case_id, "类" AS category, "时" AS occurred_at, "报" AS reported_at, '
    '"结" AS closed_at, "东" AS longitude, "北" AS latitude, "改" AS updated_at FROM raw',
    "residents": "SELECT line, 'cell' AS level, \"码\" AS area, as_of, 'all' AS category, \"人\" AS residents FROM raw",
    "posts": 'SELECT line, "号" AS checkpoint_id, \'camera\' AS kind, "名" AS name, "东" AS longitude, '
    '"北" AS latitude, as_of AS seen_on FROM raw',
    "traffic": 'SELECT line, "号" AS checkpoint_id, "时" AS hour, 1 AS span_hours, \'passage\' AS category, '
    '"数" AS passages FROM raw',
}
HEADERS = {"outlines": "级;码;上级;名;起;止;界", "incidents": "号;类;时;报;结;东;北;改"}


def square(i: int, j: int, wide: int = 1, high: int = 1) -> str:
    """Hexadecimal WKB of a rectangle of cells."""
    x, y = X0 + i * SIDE, Y0 + j * SIDE
    ring = [(x, y), (x + wide * SIDE, y), (x + wide * SIDE, y + high * SIDE), (x, y + high * SIDE), (x, y)]
    return struct.pack("<BIII10d", 1, 3, 1, 5, *(number for point in ring for number in point)).hex()


def outlines() -> list[str]:
    """Eight cells in two villages; cell c10 changes from west to east on 1 July 2025."""
    rows = [f"village;{name};liuxi;{name};2020-01-01;;{square(x, 0, 2, 2)}" for name, x in (("west", 0), ("east", 2))]
    for i in range(4):
        for j in range(2):
            cell, parent, shape = f"c{i}{j}", "west" if i < 2 else "east", square(i, j)
            last = "2025-06-30" if cell == "c10" else ""
            rows.append(f"cell;{cell};{parent};{cell};2020-01-01;{last};{shape}")
    return [*rows, f"cell;c10;east;c10;2025-07-01;;{square(1, 0)}"]


def incidents(month: str, rows: int = 60) -> list[str]:
    """Cases of a month: some outside every cell, some bad, and one of the month before delivered again."""
    rng = random.Random(month)  # noqa: S311 -- rows, not keys
    return [incident(f"{month}-{number}", month, rng) for number in range(rows)] + [f"{month}-x;theft;never;;;;;"]


def incident(name: str, month: str, rng: random.Random) -> str:
    x, y = X0 + rng.uniform(0, 4.2) * SIDE, Y0 + rng.uniform(0, 2) * SIDE
    day, kind = f"{month}-{rng.randint(1, 28):02d}", rng.choice(["theft", "fraud", "noise"])
    closed = f"{day} 23:30" if rng.random() < 0.5 else ""
    hour = int(day[-2:]) % 24
    return f"{name};{kind};{day} {hour:02d}:00;{day} 09:00;{closed};{x:.1f};{y:.1f};{day} 10:00"


@dataclass(frozen=True)
class Town:
    """Pack and landing files of the made-up town.

    Parameters
    ----------
    pack, data : Path
        Folders of the declarations and of the landing files.
    """

    pack: Path
    data: Path

    def write(self, name: str, header: str, rows: Iterable[str]) -> Path:
        path = self.data / name
        path.write_bytes("\n".join([header, *rows, ""]).encode("gb18030"))
        return path

    def write_cases(self, month: str, rows: list[str] | None = None) -> Path:
        found = incidents(month) if rows is None else rows
        return self.write(f"案件_{month}.csv", HEADERS["incidents"], found)

    def write_all(self, months: Iterable[str] = MONTHS) -> None:
        """Deliver every dataset."""
        self.write_some(months)
        self.write("人口__2025-01-01.csv", "码;人", [f"c{i}{j};{100 + 10 * i + j}" for i in range(4) for j in range(2)])
        posts = [f"p{i};岗{i};{X0 + i * SIDE + 500};{Y0 + 500}" for i in range(3)]
        self.write("卡口__2025-01-01.csv", "号;名;东;北", posts)
        for month in months:
            self.write(f"流量_{month}.csv", "号;时;数", [f"p{i};{month}-01 0{i + 6}:00;{i + 3}" for i in range(3)])

    def write_some(self, months: Iterable[str] = MONTHS) -> None:
        """Deliver areas and cases only: a build of these takes a moment."""
        self.write("区划.csv", HEADERS["outlines"], outlines())
        for month in months:
            self.write_cases(month)

    def build(self, home: Path, **engine: Any) -> Report:
        """Build in this process; the town is small enough for one thread."""
        return build_here(str(self.pack), Home(home), self.data, **{"threads": 1, **engine})


def build_here(city: str, home: Home, data: Path, run_on: date | None = None, **engine: Any) -> Report:
    """Build in this process, as on a day, with settings of the engine."""
    settings = Settings.load(None, {})
    settings = replace(settings, engine=replace(settings.engine, **engine))
    site = Site(load_city(city, conf_folder() / "cities"), home, data, settings, "run", run_on)
    return build(site, Silent(), Here(), is_explicit="master" in engine)  # type: ignore[arg-type]


class Here:
    """Stands for the process of the expectations in builds of this process, which imports their library once."""

    returncode = 0

    def __init__(self) -> None:
        self.stdin: Any = self
        self.asked = ""

    def write(self, text: str) -> None:
        self.asked = text

    def close(self) -> None:
        pass

    def communicate(self) -> tuple[str, str]:
        numbers = sorted(json.loads(self.asked).items())
        findings = expected.validate([(catalog.contract(name), values) for name, values in numbers])
        return json.dumps([asdict(finding) for finding in findings]), ""
