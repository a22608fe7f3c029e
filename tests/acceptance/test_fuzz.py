"""Dirt on the whole way: 100,000 damaged rows and 200 damaged files delivered to a generated town."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kuai import catalog
from kuai.city import load_city
from kuai.contracts import Contract
from kuai.identity import number
from kuai.lake import Ledger
from kuai.landing.grammar import RULES
from kuai.settings import Settings, conf_folder
from tests.acceptance.dirt import damaged

from jobs.discover import deliveries
from jobs.frame import areas_id
from jobs.site import Site

pytestmark = pytest.mark.slow

ROWS, FILES = 100_000, 200
SHARES = {"cases": 0.4, "passages": 0.3, "population_events": 0.2, "checkpoints": 0.1}
LONG_NUMBER = re.compile(r"\d{15}")


def physical(text: bytes) -> int:
    """Lines below the header, without blank ones at the end."""
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").count(b"\n")


def parts(file: Path) -> tuple[bytes, list[bytes]]:
    header, *rows = file.read_bytes().rstrip(b"\n").split(b"\n")
    return header, rows


@pytest.fixture(scope="module")
def clean(town_home: Path) -> dict[str, dict[str, Any]]:
    """Batches of the undisturbed build by path."""
    report = json.loads((town_home / "build.out").read_text("utf-8").splitlines()[-1])
    return {one["source"] + ":" + one["path"]: one for one in report["batches"]}


@pytest.fixture
def landing(town_data: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town_data, tmp_path / "landing"))


@pytest.fixture
def town(home_of: Callable[[Path, str], Any], town_home: Path) -> Any:
    """The town that was built; its lake is only read."""
    return home_of(town_home, "shifan")


def soiled(landing: Path, random: Random) -> Iterator[Path]:
    """One file for each source of text, with damaged rows; every tenth row is sound."""
    for name, share in SHARES.items():
        file = max((landing / name).glob("*.csv"), key=lambda path: path.stat().st_size)
        header, rows = parts(file)
        count = round(ROWS * share)
        lines = [damaged(random.choice(rows), random) for _ in range(count)]
        lines[::10] = [line + b"\n" + random.choice(rows) for line in lines[::10]]
        path = file.with_name(re.sub(r"\d{4}-\d{2}(-\d{2})?", "2026-06-30", file.stem) + "-soiled.csv")
        path.write_bytes(b"\n".join([header, *lines]) + b"\n")
        yield path


def test_every_damaged_row_is_accepted_or_turned_away_by_a_rule(landing: Path, town: Any, tmp_path: Path) -> None:
    from jobs.areas import index_areas
    from jobs.ingest import IngestTask, ingest

    paths = {path.relative_to(landing).as_posix(): path for path in soiled(landing, Random(30))}  # noqa: S311
    site = Site(load_city("shifan", conf_folder() / "cities"), town.home, landing, Settings.load(), "fuzz")
    areas = areas_id(ledger := Ledger(town.lake))
    places = index_areas(site, town.lake, areas)
    new = [one for one in deliveries(site, ledger, [one.name for one in catalog.CONTRACTS], areas) if one.name in paths]
    assert len(new) == len(SHARES)
    lines = 0
    for at, delivery in enumerate(new):
        done = ingest(IngestTask(site, delivery, places, f"{tmp_path}/{at}.parquet", f"{tmp_path}/{at}-no.parquet"))
        check_accounted(town, done, physical(paths[delivery.name].read_bytes()))
        lines += done.batch.rows_read
    assert lines >= ROWS * 1.1


def rules_of(contract: Contract) -> set[str]:
    """Every rule that may turn a row of the dataset away."""
    declared = {rule for rule, _ in contract.predicates()} | {f"type:{column.name}" for column in contract.columns}
    return declared | {f"duplicate:{','.join(contract.key)}"} | set(RULES[1:]) | set(number.RULES)


def check_accounted(town: Any, done: Any, lines: int) -> None:
    batch = done.batch
    assert batch.rows_read == lines == batch.accepted + batch.quarantined
    assert batch.unlocated <= batch.accepted
    assert set(batch.rules) <= rules_of(catalog.contract(batch.dataset))
    with town.tables() as connection:
        query = f"SELECT count(*), count(DISTINCT line), min(line), max(line) FROM read_parquet('{done.rejects}')"
        count, distinct, first, last = connection.execute(query).fetchall()[0]
        rules = dict(
            connection.execute(f"SELECT rule, count(*) FROM read_parquet('{done.rejects}') GROUP BY rule").fetchall()
        )
        (kept,) = connection.execute(f"SELECT count(*) FROM read_parquet('{done.path}')").fetchall()[0]
    assert count == distinct == batch.quarantined == sum(rules.values())
    assert first >= 2
    assert last <= lines + 1
    assert rules == batch.rules
    assert kept == batch.accepted or batch.dataset == "core.passage"
    assert batch.accepted > 0
    assert batch.quarantined > 0.3 * lines


Damage = Callable[[bytes, Random], bytes]


def renamed(text: bytes, random: Random) -> bytes:
    header, rest = text.split(b"\n", 1)
    return header.replace(b",", b"_" * random.randrange(1, 4) + b",") + b"_\n" + rest


def widened(text: bytes, random: Random) -> bytes:
    header, *rows = text.rstrip(b"\n").split(b"\n")
    more = b',"more, ' + b"x" * random.randrange(9) + b'"'
    return b"\n".join([header + b",extra", *(row + more for row in rows)]) + b"\n"


def huge(text: bytes, random: Random) -> bytes:
    header, row, rest = text.split(b"\n", 2)
    return b"\n".join([header, row + b"x" * random.randrange(1 << 20, 1 << 21), rest])


def truncated(text: bytes, random: Random) -> bytes:
    return (whole := gzip.compress(text, mtime=0))[: random.randrange(3, len(whole) - 8)]


def badly_encoded(text: bytes, random: Random) -> bytes:
    header, row, rest = text.split(b"\n", 2)
    at = random.randrange(len(row))
    return b"\n".join([header, row[:at] + b"\xff" + row[at:], rest])


# Files that cannot be read: one error each.
FAULTY: dict[str, Damage] = {
    "truncated": truncated,
    "no gzip": lambda text, _: text,
    "semicolons": lambda text, _: text.replace(b",", b";"),
    "missing column": renamed,
    "utf-16": lambda text, _: text.decode().encode("utf-16"),
    "gb18030": lambda text, _: text.decode().encode("gb18030"),
    "empty": lambda text, random: text[: 0 * random.randrange(2)],
    "parquet": lambda text, random: b"PAR1" + bytes(random.randrange(256) for _ in range(99)) + text,
}
# Files that mean what the undisturbed one means.
SOUND: dict[str, Damage] = {
    "same": lambda text, _: text,
    "bom": lambda text, _: b"\xef\xbb\xbf" + text.removeprefix(b"\xef\xbb\xbf"),
    "crlf": lambda text, _: text.replace(b"\n", b"\r\n"),
    "no end": lambda text, _: text.rstrip(b"\n"),
    "extra column": widened,
    "packed": lambda text, _: gzip.compress(text, mtime=0),
}
# Files in which one line is beyond reading.
HARMED: dict[str, tuple[Damage, str]] = {
    "huge": (huge, "row_too_long"),
    "bad bytes": (badly_encoded, "row_encoding"),
}
PACKED = ("truncated", "no gzip", "packed")
TWIN = re.compile(r"(?:file|文件) (\S+) ")
NAMED = re.compile(r"^(?P<path>/[^\n]+?):(?P<line>[1-9]\d*): [^\n]+\n  → [^\n]+$")


def kinds() -> dict[str, Damage]:
    return {**FAULTY, **SOUND, **{kind: damage for kind, (damage, _) in HARMED.items()}}


def shower(landing: Path, random: Random) -> Iterator[tuple[Path, str, Path]]:
    """Damaged copies beside files of the town: path, what was done to it, and the file it was copied from."""
    chosen = [sorted((landing / name).glob("*.csv"))[:8] for name in SHARES]
    originals = [path for group in chosen for path in group if len(path.read_bytes().splitlines()) > 3]
    for at in range(FILES):
        kind = list(kinds())[at % len(kinds())]
        original = originals[at % len(originals)]
        name = f"{original.stem}.{at:03}.csv{'.gz' if kind in PACKED else ''}"
        path = original.with_name(name)
        path.write_bytes(kinds()[kind](original.read_bytes(), random))
        yield path, kind, original


@pytest.fixture
def open_pack(tmp_path: Path) -> Path:
    """The town's pack, whose sources of text also take packed files."""
    folder = Path(shutil.copytree(conf_folder() / "cities" / "shifan", tmp_path / "pack"))
    sources = folder / "sources.toml"
    sources.write_text(re.sub(r'(files = ".*\.csv)"', r'\1*"', sources.read_text("utf-8")), "utf-8")
    return folder


def test_a_damaged_file_is_one_clear_error_and_the_rest_of_the_delivery_is_unharmed(
    landing: Path,
    open_pack: Path,
    clean: dict[str, dict[str, Any]],
    home_of: Callable[[Path, str], Any],
    tmp_path: Path,
) -> None:
    done = {path.relative_to(landing).as_posix(): (kind, original.relative_to(landing).as_posix())
            for path, kind, original in shower(landing, Random(31))}  # noqa: S311  # fmt: skip
    assert min(Counter(kind for kind, _ in done.values()).values()) >= FILES // 20
    town = home_of(tmp_path / "home", "shifan")
    code, out, err = town.run("build", "--city", str(open_pack), "--data", str(landing), "--json")
    assert code != 0
    report = json.loads(out.splitlines()[-1])
    found = {one["source"] + ":" + one["path"]: one for one in report["batches"]}
    assert {key: counts(found[key]) for key in clean} == {key: counts(one) for key, one in clean.items()}
    alike = {match[1] for one in report["warnings"] if (match := TWIN.search(one))}
    assert {path for path, (kind, _) in done.items() if kind == "same"} <= alike
    done = {path: told for path, told in done.items() if path not in alike}
    check_errors(report["errors"], landing, {path for path, (kind, _) in done.items() if kind in FAULTY})
    assert "Traceback" not in err
    assert all(town.home.city("shifan").store.glob("current"))
    by_path = {one["path"]: one for one in report["batches"]}
    for path, (kind, original) in done.items():
        if kind in SOUND:
            assert counts(by_path[path]) == counts(by_path[original]), (path, kind)
        elif kind in HARMED:
            check_harmed(by_path[path], by_path[original], HARMED[kind][1])


def counts(batch: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(batch[name] for name in ("rows_read", "accepted", "quarantined", "unlocated", "rules"))


def check_errors(errors: list[str], landing: Path, faulty: set[str]) -> None:
    named = [NAMED.match(error) for error in errors]
    assert [error for error, match in zip(errors, named, strict=True) if match is None] == []
    paths = [Path(match["path"]).relative_to(landing).as_posix() for match in named if match]
    assert Counter(paths) == Counter(faulty)
    assert [error for error in errors if LONG_NUMBER.search(error.replace(str(landing), ""))] == []


def check_harmed(batch: dict[str, Any], original: dict[str, Any], rule: str) -> None:
    assert batch["rows_read"] == original["rows_read"] == batch["accepted"] + batch["quarantined"]
    assert batch["rules"][rule] == 1
    assert abs(batch["quarantined"] - original["quarantined"]) <= 1
