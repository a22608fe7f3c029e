"""Admission: role, purpose, reason and scope, and that a display is a display."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuai.access.admission import SessionRequest, Statement, admit
from kuai.access.viewer import Place, Viewer
from kuai.disclosure.policy import Policy
from kuai.disclosure.rolefile import ROLES
from kuai.errors import AccessError

HERE = (Place("station", "680102001"),)

_policy = cache(Policy.load)


def test_what_the_policy_allows_becomes_a_viewer(policy: Policy) -> None:
    request = SessionRequest("zhang", Statement("analyst", "study", " why \n\t this "), HERE)
    assert admit(policy, request) == Viewer("zhang", "analyst", HERE, "study", "why this")


@pytest.mark.parametrize(
    ("statement", "scope", "said"),
    [
        (Statement("analist", "study", "x"), HERE, "did you mean analyst"),
        (Statement("analyst", "", ""), HERE, "may state: situation, planning, study"),
        (Statement("analyst", "studi", "x"), HERE, "did you mean study"),
        (Statement("leader", "study", "x"), (), "role leader has no purpose 'study'"),
        (Statement("analyst", "study", " \n "), HERE, "purpose study needs a reason"),
        (Statement("oversight", "oversight", ""), (), "purpose oversight needs a reason"),
        (Statement("oversight", "oversight", "x" * 501), (), "use at most 500"),
        (Statement("analyst", "situation", ""), (), "name areas with --scope"),
        (Statement("wall", "situation", ""), HERE, "kuai device add"),
    ],
)
def test_what_it_does_not_is_refused_with_the_way_out(
    policy: Policy, statement: Statement, scope: tuple[Place, ...], said: str
) -> None:
    with pytest.raises(AccessError) as caught:
        admit(policy, SessionRequest("zhang", statement, scope))
    assert said in str(caught.value)
    assert caught.value.exit_code == 11


@pytest.mark.parametrize("role", [role for role in ROLES if role != "wall"])
def test_a_display_never_gets_another_role(policy: Policy, role: str) -> None:
    statement = Statement(role, policy.purposes(role)[0].name, "why")
    with pytest.raises(AccessError, match="and no other"):
        admit(policy, SessionRequest("hall", statement, HERE, is_device=True))


@settings(max_examples=50)
@given(st.text(max_size=400))
def test_a_reason_never_breaks_the_line_it_is_audited_on(reason: str) -> None:
    viewer = admit(_policy(), SessionRequest("li", Statement("oversight", "oversight", "why" + reason)))
    assert viewer.reason.isprintable()
    assert viewer.reason.splitlines() == [viewer.reason]
