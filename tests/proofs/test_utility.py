"""A14 and A15 on a generated region: what the numbers are still good for, and what leaves the server."""

from __future__ import annotations

import base64
import json
import re
import shutil
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from kuai.access import Place
from kuai.access.account import Profile
from kuai.access.admission import Statement, admit
from kuai.access.signin import SignIn
from kuai.home import Home
from kuai.identity.number import fault
from kuai.serving import Question, Serving
from kuai.settings import Settings
from tests.dashboards.mapping.reading import painted
from tests.proofs import populations, served
from tests.proofs.figures import Table, slack_of_mean, slack_of_share
from tests.proofs.zone import IS_FULL

pytestmark = pytest.mark.slow

DAY, THRESHOLD = date(2026, 6, 30), 10
NUMBER, PSEUDONYM = re.compile(r"(?<![0-9.])[0-9]{14,17}[0-9Xx](?![0-9A-Za-z])"), re.compile(r"[0-9a-f]{32}")


@pytest.fixture(scope="module")
def region(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Landing files and home of the generated town; of a city in a full run."""
    if not IS_FULL:
        return request.getfixturevalue("town_data"), request.getfixturevalue("town_home")
    from kuai.generator import Plan, generate

    folder, home = tmp_path_factory.mktemp("city") / "landing", tmp_path_factory.mktemp("home")
    generate(Plan("city", 7, DAY), folder, processes=2)
    kuai: Callable[..., Any] = request.getfixturevalue("kuai")
    told = kuai(home, "build", "--city", "shifan", "--data", str(folder))
    assert told.returncode == 0, told.stderr
    return folder, home


@pytest.fixture(scope="module")
def serving(region: tuple[Path, Path]) -> Iterator[Serving]:
    with closing(Serving.open(Home(region[1]), "shifan")) as found:
        yield found


@pytest.fixture(scope="module")
def residents(region: tuple[Path, Path]) -> pd.Series:
    """Persons by block, as the generator knows them."""
    truth = pq.read_table(region[0] / "truth" / "residents.parquet").to_pandas()
    return truth.set_index("area")["persons"]


def shown(serving: Serving, metric: str, level: str, period: str, day: date = DAY) -> pd.Series:
    rows = serving.ask(Question(metric, level, period, day, day)).rows
    return pd.Series(rows["value"].to_numpy(), rows["area"].astype(str))


def nineteen_in_twenty(table: Table, what: str, away: pd.Series) -> bool:
    """Whether at most one in twenty is more than 3 away; of few, more than that are by chance alone."""
    if IS_FULL:
        return table.hold("A14", what, float(away.quantile(0.95)), "<= 3")
    return table.hold("A14", f"{what}, share over 3", (away > 3).mean(), "<= 0.05", slack_of_share(0.05, len(away)))


def test_residents_are_served_nearly_everywhere_and_nearly_right(
    serving: Serving, residents: pd.Series, table: Table
) -> None:
    value = shown(serving, "resident_count", "block", "month")
    truth = residents.reindex(value.index).fillna(0)
    away = (value - truth).abs().dropna()
    assert table.hold("A14", "mean error of a block", away.mean(), "<= 1.45", slack_of_mean(1.08, len(away)))
    assert nineteen_in_twenty(table, "error of 19 in 20 blocks", away)
    assert table.hold("A14", "largest error", away.max(), "<= 5")
    part, lived_in = value[truth >= THRESHOLD].notna().mean(), truth[truth > 0]
    slack = slack_of_share(0.01, int((truth >= THRESHOLD).sum()))
    assert table.hold("A14", "blocks of 10 and more that are served", part, ">= 0.99", slack)
    few = f"of {len(lived_in)} blocks, of which {(lived_in < THRESHOLD).mean():.1%} have under 10 residents"
    table.hold("A14", f"all that are lived in, {few}", value[lived_in.index].notna().mean(), ">= 0.99")


def test_all_blocks_of_the_population_that_the_limits_were_set_for_are_served(tmp_path: Path, table: Table) -> None:
    zone = populations.reference()
    truth = zone.counts("block", "all", 0)
    with served.opened(served.publish(zone, tmp_path)) as answers:
        value = answers.residents("block", zone.registers[0]).loc[truth.index]
    away, whose = (value - truth).abs().dropna(), f"{truth.sum():,} residents in {len(truth):,} blocks"
    assert table.hold("A14", f"{whose}: mean error", away.mean(), "<= 1.45", slack_of_mean(1.08, len(away)))
    assert nineteen_in_twenty(table, f"{whose}: error of 19 in 20", away)
    assert table.hold("A14", f"{whose}: largest error", away.max(), "<= 5")
    assert table.hold("A14", f"{whose}: served", value.notna().mean(), ">= 0.99")


@pytest.mark.parametrize("level", ["block", "station"])
def test_noise_adds_little_to_the_chance_in_a_rate(
    serving: Serving, residents: pd.Series, table: Table, level: str
) -> None:
    below = _carried(serving, residents, level)
    rate, cases = (shown(serving, metric, level, "year") for metric in ("incident_rate", "incident_count"))
    both = pd.concat([rate, cases, below], axis=1, keys=["rate", "cases", "persons"]).dropna()
    both = both[(both["persons"] >= 50) & (both["cases"] > 0)]
    exact = 1000 * both["cases"] / both["persons"]
    chance = 1000 * np.sqrt(both["cases"]) / both["persons"]
    added = np.sqrt(((both["rate"] - exact) ** 2).mean() / (chance**2).mean())
    assert table.hold("A14", f"noise in the rate of {len(both)} {level}s, in Poisson sd", added, "<= 0.5")


def _carried(serving: Serving, residents: pd.Series, level: str) -> pd.Series:
    if level == "block":
        return residents
    parents = serving.areas("block", DAY, "police").set_index("area")["parent"]
    return residents.groupby(parents.reindex(residents.index).to_numpy()).sum()


@dataclass(frozen=True)
class Site:
    """Pages that answer, and the cookie of somebody who has signed in."""

    address: str
    cookie: str

    def fetched(self, path: str, body: object = None) -> str:
        data = None if body is None else json.dumps(body).encode()
        head = {"Content-Type": "application/json", "Cookie": self.cookie, "Origin": self.address}
        asked = urllib.request.Request(f"{self.address}{path}", data, head)  # noqa: S310 -- this host
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            return str(answer.read().decode("utf-8"))


@pytest.fixture(scope="module")
def site(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages, served from a thread to an analyst of the whole city."""
    import uvicorn

    from dashboards.app import create
    from dashboards.cli import listen
    from dashboards.site import Site as Setting

    gatehouse = SignIn.open(Home(tmp_path_factory.mktemp("gatehouse")))
    gatehouse.accounts.add(Profile("ana", "Ana", ("analyst",), (Place("city", "shifan"),)))
    request = gatehouse.accounts.get("ana").request(Statement("analyst", "planning"))
    cookie = f"kuai_session={gatehouse.sessions.begin(admit(gatehouse.policy, request)).token}"
    application = create(serving, Setting(gatehouse, Settings.load(None, {}).http, language="en")).server
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", cookie)
    server.should_exit = True
    thread.join(10)
    listener.close()


def page(site: Site, search: str) -> str:
    """What the server sends for an address of the map."""
    known = json.loads(site.fetched("/_dash-dependencies"))
    one = next(rule for rule in known if "map.brought" in rule["output"])
    given = {"url.search": search, "stand.data": None}
    inputs = [{**put, "value": given[f"{put['id']}.{put['property']}"]} for put in one["inputs"]]
    outputs = [dict(zip(("id", "property"), name.split("."), strict=True)) for name in _names(one["output"])]
    body = {"output": one["output"], "outputs": outputs, "inputs": inputs, "changedPropIds": ["url.search"]}
    return site.fetched("/_dash-update-component", body)


def _names(output: str) -> list[str]:
    return output.strip(".").split("...")


@pytest.mark.parametrize(("level", "period"), [("station", "month"), ("county", "month"), ("city", "quarter")])
def test_the_page_shows_served_values_only(site: Site, serving: Serving, table: Table, level: str, period: str) -> None:
    search = f"?lang=en&metric=resident_count&level={level}&period={period}&date={DAY}"
    sent = json.loads(page(site, search))["response"]["map"]
    codes = json.loads(site.fetched(sent["shapesUrl"].replace("lo.bin", "names.json")))["area"]
    found = painted(np.array(codes, object), sent["brought"])
    seen = {code: None if code in found.states else int(found.told[code]) for code in found.numbers}
    value = shown(serving, "resident_count", level, period)
    assert set(seen) == set(value.index)
    wrong = [code for code, number in seen.items() if number != _known(value[code])]
    assert table.hold("A15", f"numbers on the page that the gate does not give, by {level}", len(wrong), "<= 0")


def _known(value: float) -> int | None:
    return None if np.isnan(value) else int(value)


def test_nothing_of_a_person_is_sent(site: Site, region: tuple[Path, Path], table: Table) -> None:
    searches = [f"?lang=en&metric={metric}&level=station&date={DAY}" for metric in ("resident_count", "incident_rate")]
    said = [page(site, search) for search in searches]
    said += [base64.b64decode(json.loads(one)["response"]["map"]["brought"]).decode("latin-1") for one in said]
    said += [site.fetched(f"/{path}") for path in ("", "healthz", "_dash-layout", "_dash-dependencies")]
    zone = region[1] / "shifan" / "lake" / "core_person"
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT pid FROM '{zone}/*.parquet' USING SAMPLE 5000").fetchall()
    people = {pid for (pid,) in rows}
    text = "\n".join(said)
    numbers = [one for one in NUMBER.findall(text) if not fault(one.upper(), DAY, ["68"])]
    found = [one for one in PSEUDONYM.findall(text) if one in people] + numbers
    assert len(people) > 1_000
    assert table.hold("A15", "pseudonyms and identity numbers in what the server sends", len(found), "<= 0")


def test_no_row_of_the_store_has_a_key_of_its_own(region: tuple[Path, Path], tmp_path: Path, table: Table) -> None:
    store = shutil.copy(next((region[1] / "shifan" / "store").glob("serving-*.duckdb")), tmp_path / "store.duckdb")
    with duckdb.connect(str(store), read_only=True) as connection:
        columns = connection.execute("SELECT column_name FROM duckdb_columns() WHERE table_name = 'cell'").fetchall()
        rows, distinct, whole = connection.execute(
            "SELECT count(*), count(DISTINCT value), count(*) FILTER (value <> floor(value)) FROM cell "
            "WHERE measure IN ('resident_count', 'population_event_count')"
        ).fetchall()[0]
    assert {name for (name,) in columns} == {"measure", "level", "area", "period", "start", "category", "value"}
    assert table.hold("A15", f"values of counts of persons that are no whole number, of {rows}", whole, "<= 0")
    table.note("A15", "different values of the counts of persons", distinct)
