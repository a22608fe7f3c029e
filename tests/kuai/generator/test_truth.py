from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kuai import catalog
from kuai.city import City, Source
from kuai.generator import Plan
from kuai.generator.faults import CASE_FAULTS, PERSON_EXTRAS, PERSON_FAULTS, STATUS_FAULTS
from kuai.identity import number
from kuai.landing.checked import FileCheck
from kuai.landing.needs import needed
from kuai.landing.reading import header, read

pytestmark = pytest.mark.slow

DATASETS = ("areas_police", "areas_civic", "units", "persons", "population_counts", "population_events", "cases",
            "checkpoints", "passages")  # fmt: skip


def sources(pack: City) -> dict[str, Source]:
    return {one.name: one for one in pack.sources}


def landed(connection: duckdb.DuckDBPyConnection, source: Source, path: Path) -> Counter[str]:
    """Rows turned away per rule; accepted rows are added to the table `accepted_<dataset>`."""
    named = re.search(source.as_of, path.name) if source.as_of else None
    as_of = date.fromisoformat(named[1]) if named else None
    contract = catalog.contract(source.dataset)
    check, rules = FileCheck(connection, contract, source, path.name, as_of), Counter[str]()
    for chunk in read(path, source, needed(source, header(path, source), path.name)):
        check.check(chunk)
        rules.update(dict(connection.execute("SELECT rule, count(*) FROM rejected GROUP BY rule").fetchall()))
        connection.execute(f"CREATE TABLE IF NOT EXISTS {contract.table} AS FROM accepted WITH NO DATA")
        connection.execute(f"INSERT INTO {contract.table} FROM accepted")
    return rules


@pytest.fixture(scope="module")
def ingested(town: Path, pack: City) -> tuple[duckdb.DuckDBPyConnection, dict[str, Counter[str]]]:
    connection = duckdb.connect(config={"file_search_path": str(town)})
    found = {
        str(path.relative_to(town)): landed(connection, sources(pack)[name], path)
        for name in DATASETS
        for path in sorted(town.glob(sources(pack)[name].files))
    }
    return connection, found


Ingested = tuple[duckdb.DuckDBPyConnection, dict[str, Counter[str]]]


def quarantine(ingested: Ingested, *, identity: bool) -> dict[tuple[str, str], int]:
    rows = ingested[0].execute("SELECT file, rule, rows FROM 'truth/quarantine.parquet'").fetchall()
    return {(file, rule): n for file, rule, n in rows if rule.startswith("id_") == identity}


def test_exactly_the_planted_rows_are_turned_away(ingested: Ingested) -> None:
    found = {(file, rule): n for file, rules in ingested[1].items() for rule, n in rules.items()}
    assert found == quarantine(ingested, identity=False)


def test_exactly_the_planted_identity_numbers_are_wrong(ingested: Ingested, plan: Plan, town: Path) -> None:
    rows = ingested[0].execute("SELECT id_number, area FROM core_person").fetchall()
    found = Counter(number.fault(text, plan.until, ["68"]) for text, _ in rows)
    expected = Counter[str]()
    for (_, rule), n in quarantine(ingested, identity=True).items():
        expected[rule] += n
    assert found - Counter({"": found[""]}) == expected


def test_cases_per_category_and_day_after_repeats(ingested: Ingested) -> None:
    counted = "SELECT category, CAST(occurred_at AS DATE), count(DISTINCT case_id) FROM core_case GROUP BY ALL"
    told = "SELECT category, day, sum(cases)::BIGINT FROM 'truth/case_days.parquet' GROUP BY ALL"
    assert sorted(ingested[0].execute(counted).fetchall()) == sorted(ingested[0].execute(told).fetchall())


def test_a_case_that_comes_again_keeps_day_and_category_and_is_newer(ingested: Ingested) -> None:
    rows = ingested[0].execute(
        "SELECT count(DISTINCT category), count(DISTINCT CAST(occurred_at AS DATE)), count(DISTINCT updated_at) "
        "FROM core_case GROUP BY case_id HAVING count(*) > 1"
    )
    found = rows.fetchall()
    assert found
    assert {row[:2] for row in found} == {(1, 1)}
    assert 2 in {row[2] for row in found}


def test_passages_per_checkpoint_and_hour(ingested: Ingested) -> None:
    counted = "SELECT checkpoint_id, date_trunc('hour', passed_at), count(*) FROM core_passage GROUP BY ALL"
    told = "SELECT checkpoint_id, hour, sum(passages)::BIGINT FROM 'truth/passages.parquet' GROUP BY ALL"
    assert sorted(ingested[0].execute(counted).fetchall()) == sorted(ingested[0].execute(told).fetchall())


def test_persons_per_block_by_their_last_registration(ingested: Ingested, plan: Plan, town: Path) -> None:
    rows = ingested[0].execute("SELECT id_number, registered_on, area FROM core_person").fetchall()
    last: dict[str, tuple[date, str]] = {}
    for text, since, area in rows:
        if not number.fault(text, plan.until, ["68"]):
            person = number.upgrade(text)
            last[person] = max(last.get(person, (date.min, "")), (since, area))
    told = ingested[0].execute("SELECT area, persons FROM 'truth/residents.parquet' WHERE persons > 0").fetchall()
    assert Counter(area for _, area in last.values()) == Counter(dict(told))
    expected = json.loads((town / "truth" / "expected.json").read_text("utf-8"))
    assert len(last) == expected["sums"]["person.distinct"]


def test_every_block_named_in_a_register_is_an_area(ingested: Ingested) -> None:
    stray = "SELECT count(*) FROM core_person WHERE area NOT IN (SELECT area FROM core_area WHERE level = 'block')"
    assert ingested[0].execute(stray).fetchall() == [(0,)]


def test_stock_is_opening_plus_flow_but_for_the_planted_breaks(ingested: Ingested) -> None:
    flow = """
        WITH effect AS (
            SELECT parent AS community, sum(CASE kind
                WHEN 'birth' THEN 1 WHEN 'move_in' THEN 1 WHEN 'correction' THEN direction ELSE -1 END) AS change
            FROM core_population_event AS e JOIN core_area AS a ON a.area = e.area AND hierarchy = 'civic'
            WHERE e.id_number NOT IN (SELECT id_number FROM core_person WHERE e.kind = 'death')
            GROUP BY ALL
        )
        SELECT area, opening + coalesce(change, 0) = residents, opening_delivered <> opening
        FROM 'truth/stock_flow.parquet' LEFT JOIN effect ON area = community
    """
    rows = ingested[0].execute(flow).fetchall()
    assert all(fits for _, fits, _ in rows)
    assert sum(broken for _, _, broken in rows) == 1


def test_checkpoints_are_dated_as_the_registry_says_in_the_end(ingested: Ingested) -> None:
    seen = "SELECT checkpoint_id, max(live_from), max(live_to) FROM core_checkpoint GROUP BY ALL"
    told = "SELECT checkpoint_id, live_from, live_to FROM 'truth/checkpoints.parquet'"
    assert sorted(ingested[0].execute(seen).fetchall()) == sorted(ingested[0].execute(told).fetchall())


def test_every_kind_of_error_is_there(ingested: Ingested) -> None:
    persons = ingested[0].execute("SELECT DISTINCT fault FROM 'truth/identity.parquet'").fetchall()
    cases = ingested[0].execute("SELECT DISTINCT fault FROM 'truth/case_faults.parquet'").fetchall()
    assert {one[0] for one in persons} == {*PERSON_FAULTS, *PERSON_EXTRAS, *STATUS_FAULTS}
    assert {one[0] for one in cases} == {*CASE_FAULTS, "late", "redelivered"}


def test_a_mistyped_number_is_one_step_from_the_right_one(ingested: Ingested) -> None:
    rows = (
        ingested[0]
        .execute(
            "SELECT t.id_number, r.公民身份号码, r.姓名 = w.姓名 AND r.出生日期 = w.出生日期 "
            "FROM 'truth/identity.parquet' AS t "
            "JOIN read_parquet('persons/*.parquet', file_row_number=true, filename=true) AS r "
            "ON r.file_row_number + 1 = t.right_row AND r.filename LIKE '%' || t.file "
            "JOIN read_parquet('persons/*.parquet', file_row_number=true, filename=true) AS w "
            "ON w.file_row_number + 1 = t.row AND w.filename LIKE '%' || t.file "
            "WHERE t.fault = 'near_number'"
        )
        .fetchall()
    )
    assert rows
    for wrong, right, same_person in rows:
        apart = [k for k in range(18) if wrong[k] != right[k]]
        assert same_person
        assert len(apart) == 1 or (len(apart) == 2 and apart[1] == apart[0] + 1 and sorted(wrong) == sorted(right))


def test_steps_of_a_sound_case_are_in_order(ingested: Ingested) -> None:
    wrong = """
        SELECT count(*) FROM core_case ANTI JOIN 'truth/case_faults.parquet' USING (case_id)
        WHERE NOT (occurred_at <= reported_at AND reported_at <= coalesce(accepted_at, reported_at)
            AND coalesce(accepted_at, reported_at) <= coalesce(filed_at, accepted_at, reported_at)
            AND coalesce(filed_at, accepted_at, reported_at) <= coalesce(closed_at, filed_at, accepted_at, reported_at))
    """
    assert ingested[0].execute(wrong).fetchall() == [(0,)]


def test_no_plate_and_no_name_is_asked_for(town: Path, pack: City) -> None:
    for name, hidden in (("passages", {"号牌", "车道"}), ("persons", {"姓名", "联系电话"})):
        source = sources(pack)[name]
        for path in town.glob(source.files):
            assert not hidden & needed(source, header(path, source), path.name)


def test_layouts_drift(town: Path) -> None:
    def layouts(pattern: str) -> set[str]:
        return {path.open(encoding="utf-8").readline() for path in town.glob(pattern)}

    assert len(layouts("cases/*.csv")) == 3
    assert len(layouts("passages/*.csv")) == 2
    assert any(line.startswith("\ufeff") for line in layouts("checkpoints/*.csv"))
