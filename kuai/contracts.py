"""Contracts: what a dataset holds, declared once; schema, predicates and pages are rendered from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

Sensitivity = Literal["none", "place", "person", "identity"]
Level = Literal["blocking", "warning"]

TYPES = ("string", "integer", "bigint", "double", "date", "timestamp", "boolean")
_ALIASES = {"string": "VARCHAR"}


@dataclass(frozen=True)
class Column:
    """One quantity under its one name, with unit, constraint and sensitivity.

    Parameters
    ----------
    name, type, description : str
        Name in every dataset, one of the shared type names, one sentence.
    unit : str
        Unit or coding of the values; empty for names and codes.
    required : bool
        Whether an empty value sends the row to quarantine.
    minimum, maximum : float or str, optional
        Inclusive bounds, as a number or an ISO date.
    allowed : tuple of str
        The only values there may be; empty for any.
    pattern : str
        Regular expression that the whole text matches; empty for any.
    sensitivity : str
        ``identity`` never reaches a disk, ``person`` stays inside the zone.
    """

    name: str
    type: str
    description: str
    unit: str = ""
    required: bool = False
    minimum: float | str | None = None
    maximum: float | str | None = None
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    sensitivity: Sensitivity = "none"

    def must(self) -> Column:
        """Same column with a value required in every row."""
        return replace(self, required=True)

    @property
    def sql_type(self) -> str:
        """Type name as DuckDB spells it."""
        return _ALIASES.get(self.type, self.type.upper())

    def predicates(self) -> list[tuple[str, str]]:
        """Rules of this column as (rule, SQL that is true for a bad row), in the order they are applied."""
        return [*self._presence(), *self._range(), *self._domain(), *self._shape()]

    def _presence(self) -> list[tuple[str, str]]:
        return [(f"required:{self.name}", f'"{self.name}" IS NULL')] if self.required else []

    def _range(self) -> list[tuple[str, str]]:
        bounds = ((self.minimum, "<"), (self.maximum, ">"))
        return [(f"range:{self.name}", f'"{self.name}" {op} {_literal(b)}') for b, op in bounds if b is not None]

    def _domain(self) -> list[tuple[str, str]]:
        values = ", ".join(_literal(value) for value in self.allowed)
        return [(f"domain:{self.name}", f'"{self.name}" NOT IN ({values})')] if values else []

    def _shape(self) -> list[tuple[str, str]]:
        test = f'NOT regexp_full_match("{self.name}", {_literal(self.pattern)})'
        return [(f"pattern:{self.name}", test)] if self.pattern else []


@dataclass(frozen=True)
class Expectation:
    """A bound on one number of a whole delivery, checked before anything is published.

    Parameters
    ----------
    metric : str
        Column of the table of metrics, such as ``quarantined_share``.
    minimum, maximum : float, optional
        Inclusive bounds.
    level : str
        ``blocking`` stops the publish, ``warning`` is reported.
    """

    metric: str
    minimum: float | None = None
    maximum: float | None = None
    level: Level = "blocking"


DELIVERY = (
    Expectation("accepted", minimum=1),
    Expectation("unaccounted", minimum=0, maximum=0),
    Expectation("quarantined_share", maximum=0.2),
    Expectation("quarantined_share", maximum=0.02, level="warning"),
)
RULE_SHARE = 0.01
"""Share of a delivery's rows that one rule may turn away without a warning."""
# The same for each new file by itself, gravest first; a file of fewer rows than these only warns.
FILE = (
    Expectation("quarantined_share", maximum=0.5),
    Expectation("quarantined_share", maximum=0.2, level="warning"),
)
FILE_ROWS = 30


@dataclass(frozen=True)
class Contract:
    """A dataset: its grain, its columns and what a delivery of it must fulfil.

    Parameters
    ----------
    name : str
        ``layer.entity``, singular.
    grain : str
        What one row is.
    columns : tuple of Column
        Columns a source delivers, in order.
    key : tuple of str
        Columns that identify a row within one file; empty for none.
    day : str
        SQL expression over the columns that gives the row's day; empty for datasets without one.
    located : bool
        Whether longitude and latitude are located in the areas of every hierarchy.
    rules : tuple of (str, str)
        Further rules as (rule, SQL that is true for a bad row).
    expectations : tuple of Expectation
        Bounds on a delivery's numbers.
    stored_as : str
        Dataset that rows are collapsed to at ingest; empty if they are stored as they are.
    stored : tuple of Column
        Columns that ingest adds in place of the identity.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    day: str = ""
    located: bool = False
    rules: tuple[tuple[str, str], ...] = ()
    expectations: tuple[Expectation, ...] = DELIVERY
    stored_as: str = ""
    stored: tuple[Column, ...] = field(default=())

    def predicates(self) -> list[tuple[str, str]]:
        """Quarantine rules as (rule, SQL that is true for a bad row); the first that holds names the row."""
        own = [rule for column in self.columns for rule in column.predicates()]
        return [*own, *self._last_day(), *self.rules]

    def _last_day(self) -> list[tuple[str, str]]:
        return [("range:day", f"{self.day} > DATE '{_LAST_DAY}'")] if self.day else []

    def rule_names(self) -> list[str]:
        """Rules of the contract by which a row may be turned away, each once, in the order they are applied."""
        types = [f"type:{column.name}" for column in self.columns if column.type != "string"]
        repeats = [f"duplicate:{','.join(self.key)}"] if self.key else []
        return list(dict.fromkeys([*types, *(rule for rule, _ in self.predicates()), *repeats]))

    @property
    def identified(self) -> bool:
        """Whether rows carry an identity number that is replaced by a pseudonym before the first write."""
        return any(column.name == "id_number" for column in self.columns)

    @property
    def table(self) -> str:
        """Name of the dataset as a single identifier: ``core_case`` for ``core.case``."""
        return self.name.replace(".", "_")

    def lake_columns(self, levels: tuple[str, ...] = ()) -> tuple[Column, ...]:
        """Columns as they are stored in the lake: without identities, with pseudonym, place and batch.

        Parameters
        ----------
        levels : tuple of str
            Levels that points are located in; each adds ``area_<level>``.
        """
        own = tuple(column for column in self.columns if column.sensitivity != "identity")
        places = tuple(_place(name) for name in levels) if self.located else ()
        return (*own, *self.stored, *places, *_BOOKKEEPING)

    def to_duckdb(self, levels: tuple[str, ...] = ()) -> str:
        """DuckDB statement that creates the empty dataset."""
        columns = ", ".join(f'"{c.name}" {c.sql_type}' for c in self.lake_columns(levels))
        return f"CREATE TABLE {self.table} ({columns})"


_LAST_DAY = "9998-12-31"  # the last one whose year another one follows
_BOOKKEEPING = (
    Column("day", "date", "Day the row belongs to: the unit of work"),
    Column("batch_id", "string", "Delivery the row came with"),
)


def _place(level: str) -> Column:
    text = f"Area of the level {level} that the point lies in on its day; empty if it lies in none"
    return Column(f"area_{level}", "string", text, sensitivity="place")


def _literal(value: float | str) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
