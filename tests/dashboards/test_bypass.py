"""Ways around the gate: every route, callback, file and error of the application, and the serving file, as everybody.

The routes, callbacks and files are those that the application itself lists, so a new one is tried without a line here;
one whose parts nobody can fill in fails. Numbers of the city are such that none can be met by chance.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import duckdb
import numpy as np
import pytest

from kuai.access import Place, Viewer
from kuai.access.account import Profile
from kuai.access.admission import Statement, admit
from kuai.access.signin import SignIn
from kuai.alarms.book import RULES, Book
from kuai.alarms.declared import Wall
from kuai.alarms.entry import Finding, Point
from kuai.disclosure.policy import Policy
from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards import visiting
from tests.dashboards.city import STATIONS, TABLES
from tests.dashboards.conftest import PASSWORD
from tests.dashboards.mapping.reading import read
from tests.dashboards.overheard import alarmed, heard
from tests.dashboards.wall.conftest import wall
from tests.dashboards.ways import calls, routes

from dashboards.gatehouse.door import OPEN
from dashboards.wall.pushes import PATH as STREAM

if TYPE_CHECKING:
    from dash import Dash
    from starlette.testclient import TestClient

__all__ = ["wall"]

pytestmark = pytest.mark.slow

IS_FULL = "KUAI_GATE_CASES" in os.environ
THOROUGH = ("wall-0", "analyst-0", "engineer-0") if IS_FULL else ("analyst-0",)
EVERYWHERE = ("analyst", "wall")
CASES = {code: 71_003 + 1_013 * at for at, code in enumerate(STATIONS)}
RESIDENTS = {code: 61_007 + 1_019 * at for at, code in enumerate(STATIONS)}
COUNTIES = {"c0": 214_027, "c1": 223_051}
ROWS, PERSONS = 437_093, 383_011
EVERY = {str(n) for n in (*CASES.values(), *RESIDENTS.values(), *COUNTIES.values(), ROWS, PERSONS)}
SMALL, FEW = "s5", 2
ONE = ["?metric=incident_count&level=station&date=2018-03-10&period=month&lang=en&format=csv"]
PARTS, VALUES, HOURS = ("/_", "/assets/", "/wall/"), "/values", "/desk/hours"
WHOLE = (VALUES, "/desk/answer")
MONTH = "&first=2018-03-01&last=2018-03-31&lang=en"
TIMES = [f"?place={place}{MONTH}" for place in ("station:s4", "county:c1", "city:demo")]
INSIDE = {"county:c0": {"s0", "s1", "s2", "c0"}, "station:s4": {"s4"}, "city:demo": {*STATIONS, *COUNTIES}}


def table(lines: list[str]) -> str:
    return "\n".join(lines)


@pytest.fixture(scope="module")
def home(publish_into: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The city with numbers that give themselves away; one station has two cases in February."""
    cell = ["measure | level | area | period | start | category | value"]
    for code, count in CASES.items():
        cell.append(f"incident_count | station | {code} | month | 2018-03-01 | all | {count}")
        cell.append(
            f"incident_count | station | {code} | month | 2018-02-01 | all | {FEW if code == SMALL else count + 7}"
        )
        cell.append(f"resident_count | station | {code} | stock | 2018-01-01 | all | {RESIDENTS[code]}")
    cell += [f"incident_count | county | {code} | month | 2018-03-01 | all | {n}" for code, n in COUNTIES.items()]
    batch = f"""
        batch_id | dataset | source | path | rows_read | accepted | quarantined | unlocated | first_day | last_day
        b1 | core.case | cases | q1 | {ROWS} | {ROWS} | 0 | 0 | 2018-01-01 | 2018-03-20
        b2 | core.person | persons | p1 | {PERSONS} | {PERSONS} | 0 | 0 | 2018-01-01 | 2018-01-01
    """
    tables = TABLES | {"cell": table(cell), "batch": batch}
    return publish_into(tmp_path_factory.mktemp("planted"), "s1", **tables)


@pytest.fixture(scope="module")
def gate(home: Home) -> Iterator[Serving]:
    with closing(Serving.open(home, "demo")) as found:
        yield found


@pytest.fixture(scope="module")
def alarms(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """An alarm of every station."""
    found, fires = Book(tmp_path_factory.mktemp("alarms")), Finding(fires=True, period="2018-03", respond_minutes=30)
    found.renew({Point("many", Place("station", code)): fires for code in CASES})
    return found


@pytest.fixture(scope="module")
def planted(gate: Serving, gatehouse: SignIn, wall: Wall, alarms: Book) -> Dash:
    from dashboards.app import create
    from dashboards.site import Site

    http = replace(Settings.load(None, {}).http, **visiting.PLENTY)
    return create(gate, Site(gatehouse, http, language="en", wall=wall, book=alarms))


def people() -> list[Viewer]:
    """Every role of the policy in every scope, for every purpose that it may state.

    In a small run for one of its purposes, and most roles in one scope: the whole city for whoever sees no numbers.
    """
    policy, most = Policy.load(), None if IS_FULL else 1
    return [
        Viewer(f"{name}-{number}", name, (Place(*scope.split(":")),), purpose.name, "why", is_device=name == "wall")
        for name, role in policy.roles.items()
        for number, (scope, purpose) in enumerate(itertools.product(INSIDE, role.purposes[:most]))
        if IS_FULL or name in EVERYWHERE or scope == ("county:c0" if role.audience else "city:demo")
    ]


@pytest.fixture(scope="module")
def cookies(gatehouse: SignIn) -> dict[Viewer, str]:
    """Cookie of a session of each."""
    return {one: f"kuai_session={_begun(gatehouse, one)}" for one in people()}


def _begun(gatehouse: SignIn, viewer: Viewer) -> str:
    if viewer.is_device:
        key = gatehouse.devices.enrol(gatehouse.devices.add(viewer.name, viewer.scope, gatehouse.policy))
        return gatehouse.device(key).token
    gatehouse.accounts.add(Profile(viewer.name, "", (viewer.role,), viewer.scope))
    gatehouse.accounts.set_password(viewer.name, PASSWORD)
    request = gatehouse.accounts.get(viewer.name).request(Statement(viewer.role, viewer.purpose, viewer.reason))
    return gatehouse.sessions.begin(admit(gatehouse.policy, replace(request, has_second_factor=True))).token


def forbidden(viewer: Viewer) -> set[str]:
    """Numbers that the viewer must not meet, as digits."""
    inside = INSIDE[str(viewer.scope[0])]
    role, is_whole = Policy.load().role(viewer.role), "c0" in inside and "c1" in inside
    found = {code: {n, n + 7} for code, n in CASES.items()} | {code: {n} for code, n in COUNTIES.items()}
    no = {str(n) for code, each in found.items() if role.audience is None or code not in inside for n in each}
    sees_persons = role.audience and Policy.load().rule("person", role.audience).is_permitted
    no |= {str(n) for code, n in RESIDENTS.items() if not (sees_persons and code in inside)}
    return no | {str(PERSONS)} | (set() if is_whole and role.audience else {str(ROWS)})


def numbers(body: str) -> set[str]:
    """Whole numbers that stand in a text, without their thousands separators, and in its arrays."""
    arrays = re.findall(r'"dtype":\s*"(f8|i4|i2|f4|u4)",\s*"bdata":\s*"([^"]*)"', body)
    plain = [(kind, base64.b64decode(data.replace("\\u002f", "/"), validate=True)) for kind, data in arrays]
    whole = {round(float(n)) for kind, data in plain for n in np.unique(np.frombuffer(data, f"<{kind}")) if n == n}  # noqa: PLR0124
    together = re.sub(r"(?<=\d)[,\u202f\u00a0 ](?=\d{3})", "", body)
    return {*re.findall(r"(?<!\w)\d+(?!\w)", together), *map(str, whole)}


def valued(answer: Any) -> list[float]:
    """Numbers behind the head of the values of a map, if the answer has such or brings them along."""
    packed = answer.content if answer.headers.get("content-type") == "application/octet-stream" else b""
    if brought := re.search(r'"brought":\s*("[^"]+")', answer.text if not packed else ""):
        packed = base64.b64decode(json.loads(brought[1]))
    if b'"told":true' not in packed:
        return []
    found = read(packed)
    count = found.head["count"] * len(found.head["frames"])
    told = found.arrays((np.uint8, count), (np.float32, count))[1]
    return [float(one) for one in told[~np.isnan(told)]]


def said(answer: Any) -> str:
    """All that an answer says: its text, its headers, and the numbers of a map."""
    return f"{answer.text} {answer.headers} {' '.join(f'{one:.0f}' for one in valued(answer))}"


def searches() -> list[str]:
    """Addresses of the page: every metric, level and month, within areas and beyond, and in every form of export."""
    asked = [
        f"?metric={metric}&level={level}&date={day}&period=month&lang=en"
        for metric in ("incident_count", "resident_count", "incident_rate")
        for level in ("city", "county", "station")
        for day in (("2018-02-10", "2018-03-10") if level == "station" else ("2018-03-10",))
    ]
    one = "?metric=incident_count&level=station&date=2018-03-10&lang=en"
    within = [f"{one}&area={quote(place)}" for place in ("county:c0", "county:c1", "city:demo", "station:s1", "x")]
    forms = [f"{one}&format={form}" for form in ("csv", "parquet", "geojson", "json", "xlsx", "html")]
    return [*forms, *asked, *within, "?metric=' OR 1=1 --", "?level=../cell&date=x", "?role=leader&scope=city:demo", ""]


def seen(client: TestClient, app: Dash, some: list[str]) -> Iterator[tuple[str, Any]]:
    """Every answer of the application to somebody who tries everything."""
    for method, path in dict.fromkeys(routes(app)):
        few = some[:1] if path.startswith(PARTS) else some if path in WHOLE else some[:3]
        for search in TIMES if path == HOURS else few:
            if (method, path) == ("POST", "/signout"):
                continue
            if path == STREAM:
                yield f"{method} {path}{search}", heard(client, app, method, search)
                continue
            more = "&numbers=1&frames=2" if path == VALUES else ""
            yield f"{method} {path}{search}", client.request(method, path + search + more)
    for call in calls(app, some):
        yield f"callback {call['output'][:40]} {call['inputs']}", client.post("/_dash-update-component", json=call)


def test_nobody_learns_a_number_or_a_name_by_any_way(planted: Dash, enter: Callable[..., TestClient]) -> None:
    for what, answer in seen(enter("", planted), planted, ["", searches()[0]]):
        path = what.split(" ")[1].partition("?")[0]
        assert answer.status_code in (401, 403, 405) or path in OPEN or answer.status_code == 303, what
        assert not EVERY & numbers(said(answer)), what
        assert "Station s" not in answer.text, what
    page = enter("", planted).get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/signin")


def test_nobody_sees_more_than_his_role_and_scope_by_any_way(
    planted: Dash, enter: Callable[..., TestClient], cookies: dict[Viewer, str], alarms: Book
) -> None:
    shown: dict[str, set[str]] = {}
    pushed: dict[str, set[str]] = {}
    saw_few: set[str] = set()
    some = searches()
    for viewer, cookie in cookies.items():
        no, client = forbidden(viewer), enter(cookie, planted)
        few = some if viewer.name in THOROUGH else ONE
        for what, answer in seen(client, planted, few):
            told = numbers(said(answer))
            assert not no & told, (viewer, what)
            assert answer.status_code < 500, (viewer, what)
            assert not EVERY & told or answer.headers["cache-control"] == "no-store", (viewer, what)
            if FEW in valued(answer):
                saw_few.add(viewer.role)
            who, mine = f"{viewer.role} {viewer.scope[0]}", {n for n in map(str, CASES.values()) if n in told}
            shown.setdefault(who, set()).update(mine)
            if what.startswith(f"GET {STREAM}"):
                assert alarmed(answer.text) <= INSIDE[str(viewer.scope[0])], (viewer, what)
                pushed.setdefault(who, set()).update(code for code, n in CASES.items() if str(n + 7) in told)
    assert len(shown["analyst city:demo"]) == len(CASES)
    assert len(shown["analyst county:c0"]) == len(shown["leader county:c0"]) == 3
    assert shown["auditor city:demo"] == set()
    assert saw_few == {"analyst"}
    assert pushed["wall city:demo"] == {*CASES} - {SMALL}
    assert pushed["wall county:c0"] == pushed["analyst county:c0"] == {"s0", "s1", "s2"}
    assert pushed["auditor city:demo"] == set()
    attended(alarms, {viewer.name: viewer for viewer in cookies})


def attended(alarms: Book, known: dict[str, Viewer]) -> None:
    """Refuse acts on alarms by a role that may not, or beyond a scope."""
    done = [one for one in alarms.acts() if one.actor != RULES]
    roles = {known[one.actor].role for one in done}
    assert "analyst" in roles
    assert roles <= {name for name, role in Policy.load().roles.items() if "attend" in role.may}
    assert all(one.point.place.area in INSIDE[str(known[one.actor].scope[0])] for one in done)


def test_outside_the_scope_is_a_state_and_no_error(
    planted: Dash, enter: Callable[..., TestClient], cookies: dict[Viewer, str]
) -> None:
    viewer = next(one for one in cookies if one.role == "analyst" and str(one.scope[0]) == "station:s4")
    call = next(one for one in calls(planted, ["?metric=incident_count&level=station&date=2018-03-10&lang=en"]))
    answer = enter(cookies[viewer], planted).post("/_dash-update-component", json=call)
    assert answer.status_code == 200
    body = answer.json()["response"]
    assert "refused" not in body["page"]["className"]
    assert json.dumps(body).count("not permitted") + json.dumps(body).count("Not permitted") > 0


def test_the_serving_file_has_no_column_that_it_should_not(home: Home, tmp_path: Path) -> None:
    copied = shutil.copyfile(next(home.city("demo").store.glob("serving-*.duckdb")), tmp_path / "copied.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        columns = connection.execute("SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE NOT internal")
        found = {name for (name,) in columns.fetchall()}
    secret = re.compile(r"\b(n|k|exact|pid|rkey|key|salt|id_number|canonical|birth\w*|sex)$")
    assert not [name for name in found if secret.search(name)]
    assert {name for name in found if name.startswith("cell.")} == {
        f"cell.{name}" for name in ("measure", "level", "area", "period", "start", "category", "value")
    }
