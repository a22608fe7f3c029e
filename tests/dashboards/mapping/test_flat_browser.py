"""The map without WebGL: drawn one by one where few areas are shown, and a table where they are many."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.dashboards.mapping.conftest import VALUES, Shown
from tests.dashboards.mapping.test_browser import NO_WEBGL
from tests.dashboards.visiting import PATIENCE

from dashboards.mapping.wording import wording
from dashboards.words import Words

pytestmark = pytest.mark.browser

FEW = "() => Object.assign(window.kuai_mapping.limits, {flat: 4})"
PAINTED = """status => {
    const node = document.getElementById("blocks");
    return node.dataset.status === status && Boolean(node.board.props.painted);
}"""
PART = "part => document.getElementById('blocks').board.painter.part === part"
DRAWN = "() => document.getElementById('blocks').board.painter.rings.map((one) => one.length)"


def test_what_is_looked_within_is_drawn_where_the_whole_is_a_table(shown: Shown) -> None:
    with closing(shown.page.context.new_page()) as page:
        page.add_init_script(NO_WEBGL)
        alone = Shown(page, shown.site).open("fallback:plotly")
        page.evaluate(FEW)
        alone.open("fallback:table", words=wording(Words("en")))
        assert page.locator("#blocks tbody tr").count() == 4
        assert page.inner_text("#blocks caption").endswith("2 more areas are not listed")
        assert "choose an area" in page.inner_text("#blocks .block-note")
        alone.set(valuesUrl=f"{VALUES}&area=county:c1")
        page.wait_for_function(PAINTED, arg="fallback:plotly", timeout=PATIENCE)
        assert sorted(page.evaluate(DRAWN)) == [0, 0, 0, 1, 1, 1]
        alone.set(valuesUrl=f"{VALUES}&area=county:c0")
        page.wait_for_function(
            "() => document.getElementById('blocks').board.painter.part === 'county:c0'", timeout=PATIENCE
        )
        alone.point(200, 440, "s0")
        page.wait_for_selector("#blocks .block-tip:has-text('Station s0')", timeout=PATIENCE)
        alone.set(valuesUrl=VALUES)
        page.wait_for_function(PAINTED, arg="fallback:table", timeout=PATIENCE)
        assert page.locator("#blocks tbody tr").count() == 4


def test_one_row_of_the_table_is_come_to_and_keys_lead_to_the_others(shown: Shown) -> None:
    shown.open("fallback:table", "?painter=table", selected="s2", words=wording(Words("en")))
    page = shown.page
    assert page.locator("#blocks [tabindex='0']").all_inner_texts() == ["Station s2\t12 cases"]
    page.focus("#blocks [tabindex='0']")
    for key, at in (("ArrowDown", "s3"), ("End", "s5"), ("ArrowDown", "s5"), ("Home", "s0"), ("ArrowDown", "s1")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.dataset.area") == at
    page.keyboard.press(" ")
    shown.until("props.clickData?.area === 's1'")
    shown.set(valuesUrl=VALUES.replace("2018-03-05", "2018-02-05"))
    page.wait_for_selector("#blocks caption:has-text('February')", timeout=PATIENCE)
    assert page.evaluate("document.activeElement.dataset.area") == "s1"
    assert page.locator("#blocks [tabindex='0']").count() == 1
    shown.anew()
