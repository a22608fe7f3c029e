"""No cell of a CSV file is run by a spreadsheet, and none loses what it says."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kuai.export import csv_file
from kuai.export.formula import harmless

RUN = "=+-@\t\r\n\0＝＋－＠"
signs = st.sampled_from([*RUN, " ", "'", '"', ",", "#", "\ufeff", *"a1é中😀\u3000\u200b\x1f\x85"])
texts = st.lists(signs, max_size=12).map("".join)


@given(texts)
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert harmless(text).lstrip(" ")[:1] not in set(RUN)


@given(texts)
def test_nothing_is_lost_and_nothing_else_is_changed(text: str) -> None:
    found = harmless(text)
    assert found in (text, f"'{text}")
    assert harmless(found) == found


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\tcmd", "\rx", "\nx", " =1", "＝1", "\u3000=1"])
def test_what_spreadsheets_run_is_marked(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "s1", "1-2", "a=b", "东县", "'=1", "#1"])
def test_what_they_do_not_run_stays(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(texts, min_size=4, max_size=4), path=texts, reason=texts)
def test_whatever_names_and_paths_are_the_file_can_be_read_and_run_by_nobody(
    take: Callable[..., Any], names: list[str], path: str, reason: str
) -> None:
    assume(not any("\0" in one for one in names))  # csv in Python 3.11 and pandas read none
    whole = take()
    odd = replace(
        whole,
        areas=whole.areas.assign(name_zh=names, name_en=names[::-1]),
        answer=replace(whole.answer, batches=[one | {"path": path} for one in whole.answer.batches]),
        viewer=replace(whole.viewer, reason=reason),
    )
    file = io.BytesIO()
    csv_file.write(odd, "zh", file)
    text = file.getvalue().decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        assert [cell for cell in row if cell.lstrip(" ")[:1] in set(RUN) - {""}] == []
    read = pd.read_csv(io.BytesIO(file.getvalue()), comment="#", dtype=str, keep_default_na=False)
    assert read["value"].tolist() == ["4", "9", "0", "5", "0", "0"]
    assert read["area"].tolist() == ["s1", "s2", "s3"] * 2
