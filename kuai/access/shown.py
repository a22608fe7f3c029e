"""What the commands of this room print for people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kuai import console, texts
from kuai.access.account import Account
from kuai.access.devices import Device
from kuai.access.difference import EFFECTS, Difference
from kuai.access.exposure import NOTHING
from kuai.access.overview import overview, released
from kuai.access.viewer import Place
from kuai.disclosure.policy import Policy


def show_users(found: Iterable[Account], now: datetime) -> None:
    """Print accounts, one a row."""
    speech = console.language()
    rows = [
        (one.name, one.profile.display_name, ", ".join(one.profile.roles), _scope(one.profile.scope),
         texts.text(f"account.{one.state(now)}", speech), _moment(one.last_sign_in))
        for one in found
    ]  # fmt: skip
    console.print_table("", ("account", "label", "role", "scope", "state", "last_sign_in"), rows, speech)


def show_devices(found: Iterable[Device]) -> None:
    """Print displays, one a row."""
    speech = console.language()
    rows = [
        (one.name, _scope(one.scope), texts.text(f"device.{one.state}", speech), _moment(one.last_seen))
        for one in found
    ]
    console.print_table("", ("device", "scope", "state", "last_seen"), rows, speech)


def show_secret(key: str, name: str, secret: str, hours: int) -> None:
    """Print a one-time password or an enrolment token, on a line of its own."""
    console.print_line(key, console.language(), name=name, hours=hours)
    console.print_line("access.secret", console.language(), secret=secret)


def show_factor(name: str, secret: str, address: str) -> None:
    """Print the secret of a second factor, and the address an authenticator takes it in by."""
    console.print_line("access.factor", console.language(), name=name)
    for line in (secret, address):
        console.print_line("access.secret", console.language(), secret=line)


def show_differences(versions: tuple[str, str], found: list[Difference]) -> None:
    """Print in words what a policy does, and then by effect for whom, what and where."""
    speech = console.language()
    if not found:
        key = "policy.same" if versions[0] == versions[1] else "policy.same_effect"
        console.print_line(key, speech, before=versions[0], after=versions[1])
        return
    console.print_line("policy.differs", speech, before=versions[0], after=versions[1])
    by_effect = {effect: [one for one in found if one.effect == effect] for effect in EFFECTS}
    for effect, its in by_effect.items():
        key = f"policy.{effect}" if its else f"policy.{effect}_nothing"
        if its or effect in ("closes", "opens"):
            console.print_line(key, speech)
    for effect, its in by_effect.items():
        if its:
            rows = [_difference(one, speech) for one in its]
            columns = ("role", "subject", "level", "periods", "before", "after")
            console.print_table(texts.text(f"effect.{effect}", speech), columns, rows, speech)


def show_policy(policy: Policy, roles: tuple[str, ...]) -> None:
    """Print what roles may see and do."""
    speech = console.language()
    console.print_line("policy.terms", speech, version=policy.version)
    rows = [_role(policy, name, speech) for name in roles]
    console.print_table("", ("role", "label", "audience", "may", "scope", "second_factor", "purposes"), rows, speech)
    columns = tuple(role for role in roles if policy.role(role).audience)
    seen = [
        (one.metric, ", ".join(one.resolutions), ", ".join(one.periods), *one.terms)
        for one in overview(policy, columns)
    ]
    console.print_table(
        "", ("metric", "resolution", "periods", *(f"role_{one}" for one in columns)), seen if columns else [], speech
    )
    console.print_table("", ("klass", "resolution", "flow", "stock", "breakdown"), released(policy), speech)


def _difference(one: Difference, speech: str) -> tuple[str, ...]:
    is_class = one.about == "class"
    what = [texts.text("policy.of_class", speech, name=name) if is_class else name for name in one.subjects]
    whom = ", ".join(one.roles) or texts.text("policy.everybody", speech)
    return (
        whom,
        "\n".join(what),
        ", ".join(one.places) or NOTHING,
        ", ".join(one.periods) or NOTHING,
        one.before,
        one.after,
    )


def _role(policy: Policy, name: str, speech: str) -> tuple[str, ...]:
    found = policy.role(name)
    needs = [f"policy.{'required' if one else 'optional'}" for one in (found.needs_scope, found.needs_second_factor)]
    purposes = [f"{one.name}*" if one.needs_reason else one.name for one in found.purposes]
    return (
        name,
        found.label.to(speech),
        found.audience or NOTHING,
        ", ".join(found.may),
        *(texts.text(key, speech) for key in needs),
        ", ".join(purposes),
    )


def _scope(scope: Iterable[Place]) -> str:
    return ", ".join(str(one) for one in scope) or NOTHING


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else NOTHING
