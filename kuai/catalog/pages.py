"""Pages of the documentation that are written from the declarations: ``python -m kuai.catalog.pages docs``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kuai.catalog import CONTRACTS
from kuai.catalog.measures import MEASURES
from kuai.catalog.metrics import METRICS
from kuai.contracts import FILE, FILE_ROWS, RULE_SHARE, Column, Contract, Expectation
from kuai.metrics import Measure, Metric
from kuai.periods import PERIODS

if TYPE_CHECKING:
    import click

    from kuai.disclosure.roles import Role

NAMES = ("catalog.md", "metrics.md", "policy.md", "cli.md")
_WRITTEN = "<!-- Written by `make docs`; do not edit. -->\n"
_KINDS = {
    "flow": "adds up over days and areas",
    "stock": "stands at a day, adds up over areas",
    "direct": "does not add up: computed anew at every level and period",
}
_CLASSES = "What is released of each class, at which resolution and to whom: [the policy](policy.md).\n"
_TERMS = (
    "Written from `conf/privacy.toml`. Every role sees numbers as one audience. *exact*: as counted. *≥ 3*: counts\n"
    "of 1 and 2 are suppressed. *±5 ≥ 10*: with noise of up to 5 persons, and nothing under 10. *1/half, by category\n"
    "1/year*: only the first stock of each half-year, and by sex and age only that of each year. *(/ ≥ 50)*: ratios\n"
    "over a denominator of 50 and more. *–*: nothing. A purpose with a star needs a reason.\n"
)
_CALENDAR = (
    "Days from the end of a period, or from the day of a stock, to the day it may be shown on. What was shown stays\n"
    "as it is until the first day of the next rhythm of correction, when all corrections are published together.\n"
    "`kuai calendar` says what comes next.\n"
)
_GOOD = {"up": "up", "down": "down", "neutral": "–"}


def page(name: str) -> str:
    """Text of a generated page: ``catalog.md``, ``metrics.md``, ``policy.md`` or ``cli.md``."""
    return {
        "catalog.md": lambda: catalog_page(CONTRACTS),
        "metrics.md": lambda: metrics_page(MEASURES, METRICS),
        "policy.md": policy_page,
        "cli.md": cli_page,
    }[name]()


def catalog_page(contracts: Iterable[Contract]) -> str:
    """Page with a section per dataset: its grain, columns, rules, and what a delivery must fulfil."""
    of_file = ", ".join(map(_level, FILE))
    intro = (
        "A source's SELECT yields the columns of one dataset. A row that breaks a rule goes to quarantine under the\n"
        "name of the first rule it breaks; rows read = accepted + quarantined, per batch. A delivery that breaks a\n"
        "blocking bound stops the publish.\n\n"
        f"A delivery is all files of a dataset. Each new file is judged by itself too: {of_file}.\n"
        f"A file of fewer than {FILE_ROWS} rows only warns. Each rule that turns away more than {RULE_SHARE:.0%} of a\n"
        "delivery's rows is named in a warning.\n"
    )
    return "\n".join([_WRITTEN, "# Datasets\n", intro, *(_dataset(one) for one in contracts)])


def metrics_page(measures: Sequence[Measure], metrics: Sequence[Metric]) -> str:
    """Page with the measures that are stored, and the metrics that are shown."""
    stored = _table(
        ("measure", "中文", "English", "unit", "counted from", "class", "rolls up"),
        [(f"`{m.id}`", m.label.zh, m.label.en, m.unit.en, f"`{m.dataset}`", m.klass, _KINDS[m.kind]) for m in measures],
    )
    shown = _table(
        ("metric", "中文", "English", "unit", "is", "digits", "good is", "stale after"),
        [
            (
                f"`{m.id}`",
                m.label.zh,
                m.label.en,
                m.unit.en,
                _formula(m),
                str(m.digits),
                _GOOD[m.good],
                f"{m.budget_hours} h",
            )
            for m in metrics
        ],
    )
    rule = "Only measures are stored; a ratio is made of two served values, never averaged.\n"
    parts = [_WRITTEN, "# Measures and metrics\n", rule, _CLASSES, "## Measures\n", stored, "## Metrics\n", shown]
    return "\n".join(parts)


def policy_page() -> str:
    """Page with what every role may do and see, and what is released of each class."""
    from kuai.access.overview import calendars, overview, released
    from kuai.disclosure.policy import Policy

    policy = Policy.load()
    names = tuple(role.name for role in policy.roles.values() if role.audience)
    roles = _table(
        ("role", "中文", "audience", "may", "scope", "second factor", "purposes"), map(_role, policy.roles.values())
    )
    seen = _table(
        ("metric", "resolution", "periods", *names),
        [(f"`{one.metric}`", ", ".join(one.resolutions), ", ".join(one.periods), *one.terms)
         for one in overview(policy, names)],
    )  # fmt: skip
    classes = _table(
        ("class", "resolution", "flows by", "first stock in each", "by category in each"), released(policy)
    )
    parts = [
        _WRITTEN,
        "# Who may see what\n",
        _TERMS,
        "## Roles\n",
        roles,
        "## Metrics\n",
        seen,
        "## Classes\n",
        classes,
        "## Calendar\n",
        _CALENDAR,
        _table(("class", "stock", *PERIODS, "corrected every", "times at most"), calendars(policy)),
    ]
    return "\n".join(parts)


def cli_page() -> str:
    """Page with every command and option of ``kuai``, as its own help tells them."""
    import typer

    from kuai.cli import application, describe

    root = typer.main.get_command(application())
    describe(root, "en")
    return "\n".join([_WRITTEN, "# Command line\n", *(_command(name, one) for name, one in _commands(root, ""))])


def write(folder: Path) -> None:
    """Write all pages into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / name).write_text(page(name), encoding="utf-8")


def _dataset(contract: Contract) -> str:
    facts = [f"Grain: {_lower(contract.grain)}."]
    facts += [f"Key within a file: {_codes(contract.key)}."] if contract.key else []
    facts += ["Its point is located in the areas of every hierarchy."] if contract.located else []
    facts += [f"Collapsed to `{contract.stored_as}` at ingest; never stored as it is."] if contract.stored_as else []
    columns = _table(("column", "type", "meaning", "unit", "rule", "sensitivity"), map(_column, contract.columns))
    rules = [f"- `{name}`: a row for which `{test}`" for name, test in contract.rules]
    bounds = [f"- {_level(one)}" for one in contract.expectations]
    parts = [f"## {contract.name}\n", " ".join(facts) + "\n", columns]
    parts += ["Further rules:\n", *rules, ""] if rules else []
    return "\n".join([*parts, "A delivery:\n", *bounds, ""])


def _column(column: Column) -> tuple[str, ...]:
    sensitivity = column.sensitivity if column.sensitivity != "none" else "–"
    return f"`{column.name}`", column.type, column.description, column.unit or "–", _rule(column), sensitivity


def _rule(column: Column) -> str:
    rules = [
        "required" if column.required else "",
        f"≥ {column.minimum}" if column.minimum is not None else "",
        f"≤ {column.maximum}" if column.maximum is not None else "",
        f"one of {_codes(column.allowed)}" if column.allowed else "",
        f"matches `{column.pattern}`" if column.pattern else "",
    ]
    return ", ".join(rule for rule in rules if rule) or "–"


def _role(role: Role) -> tuple[str, ...]:
    purposes = ", ".join(f"{one.name}*" if one.needs_reason else one.name for one in role.purposes)
    needs = ("required" if one else "optional" for one in (role.needs_scope, role.needs_second_factor))
    return f"`{role.name}`", role.label.zh, role.audience or "–", ", ".join(role.may), *needs, purposes


def _level(one: Expectation) -> str:
    return f"{_bound(one)} ({one.level})"


def _bound(one: Expectation) -> str:
    low = f" ≥ {one.minimum:g}" if one.minimum is not None else ""
    high = f" ≤ {one.maximum:g}" if one.maximum is not None else ""
    return f"`{one.metric}`{low}{' and' if low and high else ''}{high}"


def _formula(metric: Metric) -> str:
    if not metric.is_ratio:
        known = next((one for one in MEASURES if one.id == metric.numerator), None)
        return f"`{metric.numerator}`" + (", all categories together" if known and known.is_distribution else "")
    scale = f"{metric.scale:g} · " if metric.scale != 1 else ""
    return f"{scale}`{metric.numerator}` / `{metric.denominator}`"


def _commands(group: Any, prefix: str) -> Iterator[tuple[str, click.Command]]:  # noqa: ANN401 -- of any of typer's kinds
    """Commands of a group and of the groups in it, by their whole names."""
    for name, one in sorted(getattr(group, "commands", {}).items()):
        if hasattr(one, "commands"):
            yield from _commands(one, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", one


def _command(name: str, command: click.Command) -> str:
    import click

    context = click.Context(command, info_name=f"kuai {name}")
    options = [found for one in command.params if (found := one.get_help_record(context)) is not None]
    rows = [(f"`{flags}`", text) for flags, text in options]
    usage = " ".join(command.collect_usage_pieces(context))
    return "\n".join(
        [f"## kuai {name}\n", f"{command.help or ''}\n", f"    kuai {name} {usage}\n", _table(("option", ""), rows)]
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
