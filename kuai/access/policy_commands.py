"""The command `kuai policy`. Its help is in kuai/texts.toml under `help.policy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kuai.commands import AsJson, City, grouped, print_json

if TYPE_CHECKING:
    from kuai import city as packs
    from kuai.disclosure.policy import Policy

SHOWS_MORE, DIFFERS = 20, 21
"""Exit codes of `kuai policy diff`: somebody would see or do more; or only less, or otherwise."""

File = Annotated[Path | None, typer.Argument()]
Role = Annotated[str, typer.Option("--role")]


def policies() -> typer.Typer:
    """Commands on the policy."""
    return grouped({"check": check, "diff": diff, "show": show})


def check(file: File = None, *, as_json: AsJson = False) -> None:
    """Print the version of a policy file, if it is one that could be put in force."""
    from kuai import console
    from kuai.disclosure.policy import Policy
    from kuai.settings import conf_folder

    path = file or conf_folder() / "privacy.toml"
    found = Policy.load(path)
    if as_json:
        print_json({"file": path, "version": found.version, "release": found.release})
    else:
        console.print_line("policy.good", console.language(), file=path, version=found.version)


def diff(new: Path, *, city: City = "", as_json: AsJson = False) -> None:
    """Print what a policy file would open, make black and change."""
    from kuai.access import shown
    from kuai.access.difference import differences
    from kuai.disclosure.policy import Policy

    before, after = Policy.load(), Policy.load(new)
    found = differences(before, after, _pack(city))
    if as_json:
        print_json({"before": before.version, "after": after.version, "differences": [vars(one) for one in found]})
    else:
        shown.show_differences((before.version, after.version), found)
    if found:
        raise typer.Exit(SHOWS_MORE if any(one.shows_more for one in found) else DIFFERS)


def show(*, role: Role = "", as_json: AsJson = False) -> None:
    """Print what every role, or one, may see and do."""
    from kuai.access import shown
    from kuai.disclosure.policy import Policy

    policy = Policy.load()
    roles = (policy.role(role).name,) if role else tuple(policy.roles)
    if as_json:
        print_json(_record(policy, roles))
    else:
        shown.show_policy(policy, roles)


def _pack(city: str) -> packs.City | None:
    from kuai.city import load_city
    from kuai.settings import conf_folder

    return load_city(city, conf_folder() / "cities") if city else None


def _record(policy: Policy, roles: tuple[str, ...]) -> dict[str, Any]:
    from kuai.access.overview import overview

    return {
        "version": policy.version,
        "roles": [_role(policy, name) for name in roles],
        "metrics": [
            {**vars(row), "terms": dict(zip(roles, row.terms, strict=True))} for row in overview(policy, roles)
        ],
    }


def _role(policy: Policy, name: str) -> dict[str, Any]:
    found = policy.role(name)
    purposes = [{"purpose": one.name, "needs_reason": one.needs_reason} for one in found.purposes]
    return {
        "role": name,
        "audience": found.audience,
        "may": found.may,
        "needs_scope": found.needs_scope,
        "needs_second_factor": found.needs_second_factor,
        "purposes": purposes,
    }
