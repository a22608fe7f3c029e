"""Statement: the role and the purpose that a person chooses in one field, and the reason beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kuai.access.admission import Statement

from dashboards.gatehouse.forms import Fields, FormError
from dashboards.gatehouse.pages import Field

if TYPE_CHECKING:
    from kuai.disclosure.policy import Policy
    from kuai.disclosure.roles import Role

    from dashboards.gatehouse.pages import Group
    from dashboards.words import Words

_OF_DISPLAYS = "wall"
_LONGEST_REASON = 500


def fields(policy: Policy, words: Words, given: Fields, wrong: str = "") -> tuple[Field, Field]:
    """Choice of role and purpose, and the reason.

    Parameters
    ----------
    policy : Policy
        Policy in force.
    words : Words
        The reader's language.
    given : dict
        What was entered before.
    wrong : str
        Name of the field that the error is about.
    """
    asking = dict.fromkeys(one.label.to(words.language) for role in _roles(policy) for one in role.purposes
                           if one.needs_reason)  # fmt: skip
    hint = words("gate.field.reason_hint", purposes=words("gate.field.comma").join(asking))
    chosen, reason = given.get("as", ""), given.get("reason", "")
    return (
        Field("as", "as", value=chosen, groups=_groups(policy, words), wrong=wrong == "as"),
        Field("reason", "reason", value=reason[:_LONGEST_REASON], hint=hint, required=False, wrong=wrong == "reason",
              longest=_LONGEST_REASON),
    )  # fmt: skip


def stated(policy: Policy, given: Fields) -> Statement:
    """Statement of a form, complete as far as can be said without knowing who states it.

    Raises
    ------
    FormError
        If the role or purpose is unknown, or a reason is wanting.
    """
    role, _, purpose = given.get("as", "").partition("/")
    known = {(one.name, what.name): what for one in _roles(policy) for what in one.purposes}
    if (role, purpose) not in known:
        raise FormError("as")
    reason = given.get("reason", "").strip()
    if known[role, purpose].needs_reason and not reason:
        raise FormError("reason")
    if len(reason) > _LONGEST_REASON:
        raise FormError("reason_long")
    return Statement(role, purpose, reason)


def _roles(policy: Policy) -> list[Role]:
    return [one for one in policy.roles.values() if one.name != _OF_DISPLAYS]


def _groups(policy: Policy, words: Words) -> tuple[Group, ...]:
    """Purposes by role; a role's name is repeated before each, since a closed choice shows no group."""
    named = [(role, role.label.to(words.language)) for role in _roles(policy)]
    return tuple(
        (name, tuple((f"{role.name}/{one.name}", f"{name} · {one.label.to(words.language)}") for one in role.purposes))
        for role, name in named
    )
