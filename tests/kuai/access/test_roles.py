"""Roles and purposes: what is declared, what is refused, and what the version covers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kuai.disclosure.policy import Policy
from kuai.disclosure.policyfile import AUDIENCES
from kuai.disclosure.rolefile import ROLES
from kuai.errors import AccessError, SettingsError


def test_every_role_of_the_issue_is_there_and_states_a_purpose(policy: Policy) -> None:
    assert set(policy.roles) == set(ROLES)
    assert all(policy.purposes(role) for role in ROLES)
    assert {role.audience for role in policy.roles.values()} == {*AUDIENCES, None}


def test_oversight_and_the_auditor_read_the_audit_and_the_auditor_no_number(policy: Policy) -> None:
    auditor = policy.role("auditor")
    assert (auditor.audience, "audit" in auditor.may, "ask" in auditor.may) == (None, True, False)
    assert [role.name for role in policy.roles.values() if "audit" in role.may] == ["oversight", "auditor"]


def test_sensitive_purposes_need_a_reason(policy: Policy) -> None:
    asking = {one.name for role in ROLES for one in policy.purposes(role) if one.needs_reason}
    assert asking == {"study", "oversight", "audit"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[role.analyst]", "[role.analist]", "did you mean analyst"),
        ("[purpose.situation]", "[purpose.Situation]", "no name of a purpose"),
        ("[purpose.planning]", "[purpose.plan]", "did you mean plan"),
        ("needs_reason = false", "needs_reasons = false", "did you mean needs_reason"),
        ("needs_reason = false", 'needs_reason = "no"', "true or false"),
        ('zh = "态势掌握", ', "", "purpose.situation.label.zh is missing"),
        ('zh = "态势掌握"', 'zh = " "', "purpose.situation.label.zh must be a text"),
        ('audience = "analyst"', 'audience = "analysts"', "did you mean analyst"),
        ('may = ["ask", "status"]', 'may = ["ask", "state"]', "did you mean status"),
        ('may = ["ask", "status"]', 'may = ["ask", "ask"]', "twice"),
        ('may = ["ask", "status"]', 'may = ["ask", "export"]', "role.wall.may cannot hold 'export'"),
        ('may = ["ask", "status"]', 'may = "ask"', "must be a list of deeds"),
        ('may = ["status", "audit"]', 'may = ["status", "ask"]', "sees no numbers and cannot ask"),
        ('scope = "required"', 'scope = "require"', "did you mean required"),
        ('second_factor = "required"', 'second_factor = "require"', "did you mean required"),
        ('second_factor = "optional"', 'second_factor = "required"', "a display has none to give"),
        ('purposes = ["situation"]', "purposes = []", "role.wall.purposes is empty"),
        ('purposes = ["situation"]', 'purposes = ["study"]', "a display has none to give"),
        ('purposes = ["maintenance"]', 'purposes = ["quality"]', "purpose.maintenance is no role's"),
        ('audience = "wall"', 'audience = "leader"', "displays have rules of their own"),
        ('method = "cell_key"', 'method = "rule"', "unknown key class.person.reach"),
    ],
)
def test_a_wrong_declaration_is_refused_with_the_way_out(
    changed: Callable[..., Path], old: str, new: str, said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        Policy.load(changed((old, new)))
    assert said in str(caught.value)


def test_an_unknown_role_is_refused_with_the_nearest(policy: Policy) -> None:
    with pytest.raises(AccessError, match="did you mean analyst"):
        policy.purposes("analist")


def test_the_version_covers_roles_and_the_cells_do_not_depend_on_them(
    policy: Policy, changed: Callable[..., Path]
) -> None:
    other = Policy.load(changed(('may = ["ask", "status"]', 'may = ["ask"]')))
    assert (other.version != policy.version, other.release) == (True, policy.release)
    assert Policy.load(changed(("wall = 3", "wall = 4"))).release != policy.release
