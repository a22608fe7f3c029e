"""Every format holds the same table, and says of itself where it comes from, who took it and what for."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
import shapely
from pyarrow import parquet

from kuai.errors import GateError
from kuai.export import formats
from kuai.export.table import COLUMNS

Take = Callable[..., Any]
COUNTED = [("s1", "2018-03", 4), ("s2", "2018-03", 9), ("s3", "2018-03", 0), ("s1", "2018-04", 5), ("s2", "2018-04", 0),
           ("s3", "2018-04", 0)]  # fmt: skip


def written(export: Any, kind: str, language: str = "en") -> bytes:
    file = io.BytesIO()
    formats.named(kind).write(export, language, file)
    return file.getvalue()


def told(export: Any, kind: str) -> dict[str, Any]:
    """Origin as it is in a file."""
    raw = written(export, kind)
    if kind == "parquet":
        found: dict[str, Any] = json.loads(parquet.read_schema(io.BytesIO(raw)).metadata[b"kuai"])
        return found
    if kind == "geojson":
        return dict(json.loads(raw)["kuai"])
    lines = [one[2:].partition(",") for one in raw.decode("utf-8-sig").splitlines() if one.startswith("# ")]
    return {name: text.strip('"') for name, _, text in lines}


def table(export: Any, kind: str) -> pd.DataFrame:
    raw = io.BytesIO(written(export, kind))
    if kind == "csv":
        return pd.read_csv(raw, comment="#")
    if kind == "parquet":
        return parquet.read_table(raw).to_pandas()
    return pd.DataFrame([one["properties"] for one in json.load(raw)["features"]])


@pytest.mark.parametrize("kind", list(formats.FORMATS))
def test_the_rows_are_those_of_the_answer(take: Take, kind: str) -> None:
    found = table(take(), kind)
    assert tuple(found.columns) == COLUMNS
    assert list(zip(found["area"], found["period"], found["value"], strict=True)) == COUNTED
    assert set(found["unit"]) == {"cases"}


@pytest.mark.parametrize("kind", list(formats.FORMATS))
def test_what_is_withheld_has_a_state_and_no_value(take: Take, kind: str) -> None:
    found = table(take("resident_count", last=date(2018, 3, 31)), kind)
    assert found["state"].tolist() == ["value", "suppressed", "suppressed"]
    assert found["value"].isna().tolist() == [False, True, True]
    assert found["value"][0] == 812


@pytest.mark.parametrize("kind", list(formats.FORMATS))
def test_a_file_says_what_it_is_and_who_took_it(take: Take, kind: str) -> None:
    found = told(take(), kind)
    assert {name: found[name] for name in ("metric", "snapshot", "exported_by", "role", "purpose", "reason")} == {
        "metric": "incident_count", "snapshot": "s1", "exported_by": "ana", "role": "analyst", "purpose": "planning",
        "reason": "why, indeed",
    }  # fmt: skip
    assert (found["exported_at"], len(found["policy_version"])) == ("2018-06-01T12:00:00Z", 12)
    assert int(found["age_seconds"]) == 31 * 86_400 + 43_200
    batch = found["batch"] if kind == "csv" else found["batches"][0]["path"]
    assert "=m.csv" in batch


@pytest.mark.parametrize("kind", list(formats.FORMATS))
def test_how_many_rows_a_file_of_persons_has_is_not_told(take: Take, kind: str) -> None:
    assert "77" not in json.dumps(told(take("resident_count"), kind))


def test_counts_of_persons_say_that_they_need_not_sum(take: Take) -> None:
    persons, cases = told(take("resident_count"), "geojson"), told(take(), "parquet")
    assert persons["noise_sd"] == {"resident_count": pytest.approx(3**0.5, rel=1e-3)}
    assert ["need not sum" in one for one in persons["notes"]] == [False, True, False]
    assert "1.73 persons" in persons["notes"][2]
    assert (cases["noise_sd"], len(cases["notes"])) == ({}, 1)


def test_notes_speak_the_readers_language(take: Take) -> None:
    assert "不必等于合计" in written(take("resident_count"), "csv", "zh").decode("utf-8-sig")


def test_a_spreadsheet_sees_that_it_is_utf_8(take: Take) -> None:
    raw = written(take(), "csv", "zh")
    assert raw.startswith(b"\xef\xbb\xbf# metric,")
    assert "'=二所()".encode() in raw
    assert raw.count(b"\r\n") == len(raw.splitlines())


def test_many_files_are_counted_where_they_would_fill_the_sheet(take: Take) -> None:
    from dataclasses import replace

    export = take()
    many = replace(export, answer=replace(export.answer, batches=export.answer.batches * 25))
    lines = [one for one in written(many, "csv").decode().splitlines() if one.startswith("# batch")]
    assert (len(lines), lines[-1]) == (21, "# batch,5 more source files: kuai explain names them")


def test_outlines_are_those_of_the_time_and_turn_the_right_way(take: Take) -> None:
    found = json.loads(written(take(area="s1", outlines=True), "geojson"))["features"]
    shapes = [shapely.geometry.shape(one["geometry"]) for one in found]
    assert [one.bounds for one in shapes] == [(0, 0, 1, 1), (0, 0, 1.1234568, 1)]
    assert all(one.exterior.is_ccw for one in shapes)


def test_what_has_no_outline_is_a_feature_all_the_same(take: Take) -> None:
    found = json.loads(written(take(area="s3", outlines=True), "geojson"))["features"]
    assert [one["geometry"] for one in found] == [None, None]


def test_counts_are_whole_numbers_and_days_are_days(take: Take) -> None:
    schema = parquet.read_schema(io.BytesIO(written(take("resident_count"), "parquet")))
    assert (str(schema.field("value").type), str(schema.field("start").type)) == ("int64", "date32[day]")


def test_a_file_is_named_after_what_is_in_it(take: Take) -> None:
    assert formats.named("csv").file_name(take()) == "incident_count-station-2018-03-s1.csv"


def test_an_unknown_format_is_told_the_nearest() -> None:
    with pytest.raises(GateError) as raised:
        formats.named("geojsn")
    assert raised.value.remedy == "did you mean geojson?"
