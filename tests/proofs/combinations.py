"""Random combinations of metric, level, period, days, area, category, role, scope and purpose, right and wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from kuai import catalog, periods
from kuai.access import Place, Viewer
from kuai.access.admission import SessionRequest, Statement, admit
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError
from kuai.serving import Distribution, Question
from tests.proofs.truth import POLICY, Truth

WRONG = (
    "", "all", "ALL", "resident", "block' OR 1=1 --", "../cell", "%", "*", "null", "\x00", "块", "1", "cell", "A" * 300,
    "day,month", "male,female", "$area", "681", "-",
)  # fmt: skip
FIRST, LAST, EVERY = date(2025, 6, 1), date(2026, 9, 30), 5
OUTSIDE = [(day, day) for day in (date.min, date(1899, 12, 31), date(9998, 12, 31), date.max)]
OUTSIDE += [(date.min, date.max), (date.max, date.min)]


@dataclass(frozen=True)
class Combinations:
    """What may be asked for in a town.

    Parameters
    ----------
    truth : Truth
        Names that are known.
    chance : Random
        What draws.
    """

    truth: Truth
    chance: Random

    def question(self) -> Question:
        """Any question; about one in three has something wrong in it, and most are about one area."""
        measure, level, period, _ = self.chance.choice(self.truth.released)
        metric = self.chance.choice(self._of_measure[measure])
        if self.chance.random() < 0.2:
            level = self._one(list(self.truth.levels))
        if period == "stock" or self.chance.random() < 0.1:
            period = self._one(["day", "week", "month", "quarter", "year"])
        first, last = self._span(period)
        return Question(
            metric if self.chance.random() < 0.98 else self._one([one.id for one in catalog.METRICS]), level, period,
            first, last, self._area(level), self._category(measure),
            self.chance.choice(list(POLICY["class"]["person"]["audience"])),
        )  # fmt: skip

    def distribution(self) -> Distribution:
        """Any question about all categories; most are about one area and whole periods."""
        asked = self.question()
        first, last = asked.first, asked.last
        if self.chance.random() < 0.9 and asked.period in periods.PERIODS and first.year > 1900 and last.year < 2100:
            first, last = periods.start(asked.period, first), periods.end(asked.period, last)
        return Distribution(asked.metric, asked.level, asked.period, first, last, asked.area, audience=asked.audience)

    @cached_property
    def _policy(self) -> Policy:
        return Policy.load()

    def _one(self, known: list[str]) -> str:
        return self.chance.choice(known if self.chance.random() < 0.9 else WRONG)

    @cached_property
    def _of_measure(self) -> dict[str, list[str]]:
        return {one.id: [m.id for m in catalog.METRICS if one.id in m.measures] for one in catalog.MEASURES}

    @cached_property
    def _codes(self) -> dict[str, list[str]]:
        return {level: self.truth.codes(level) for level in self.truth.levels}

    def _area(self, level: str) -> str | None:
        drawn = self.chance.random()
        if drawn < 0.08:
            return None
        if drawn < 0.13:
            level = self.chance.choice(list(self.truth.levels))
        known = self._codes.get(level, [])
        return self.chance.choice(known) if known and drawn < 0.97 else self.chance.choice(WRONG)

    def _category(self, measure: str) -> str:
        drawn = self.chance.random()
        known = self._categories.get(measure, ["all"])
        if drawn < 0.4:
            return "all"
        return self.chance.choice(known if drawn < 0.95 else WRONG)

    @cached_property
    def _categories(self) -> dict[str, list[str]]:
        return {
            measure: sorted(one for of, one in self.truth.categories if of == measure)
            for measure in {of for of, _ in self.truth.categories}
        }

    def _span(self, period: str) -> tuple[date, date]:
        if self.chance.random() < 0.02:
            return self.chance.choice(OUTSIDE)
        first = FIRST + timedelta(days=EVERY * self.chance.randrange((LAST - FIRST).days // EVERY))
        long = {"day": 4, "week": 20, "month": 70}.get(period, 200)
        return first, first + timedelta(days=self.chance.choice((-1, 0, 0, long // 3, long // 2, long)))

    def session(self) -> tuple[Viewer | None, SessionRequest]:
        """Somebody who asks to come in, as any role, for any purpose; None if the policy does not let him."""
        role = self._one(list(POLICY["role"]))
        stated = POLICY["role"].get(role, {}).get("purposes", ["situation"])
        purpose = self.chance.choice(stated) if self.chance.random() < 0.8 else self._one(list(POLICY["purpose"]))
        reason = self.chance.choice(("", "a question of the council"))
        request = SessionRequest(
            self.chance.choice(("ana", "bo", "wall-1")), Statement(role, purpose, reason), self._scope(),
            role == "wall",
            self.chance.random() < 0.5,
        )  # fmt: skip
        try:
            return admit(self._policy, request), request
        except AccessError:
            return None, request

    def _scope(self) -> tuple[Place, ...]:
        return tuple(self._place() for _ in range(self.chance.choice((0, 1, 1, 1, 1, 2, 3))))

    def _place(self) -> Place:
        if self.chance.random() < 0.05:
            return Place(self.chance.choice((*self.truth.levels, *WRONG)), self.chance.choice(WRONG))
        level = self.chance.choice([*self.truth.levels, "station", "county", "city", "street"])
        return Place(level, self.chance.choice(self._codes[level]))


def is_admitted(request: SessionRequest) -> bool:
    """Whether the policy's own file lets somebody in, in the role and for the purpose stated."""
    role, stated = POLICY["role"].get(request.statement.role), request.statement
    return bool(
        role
        and stated.purpose in role["purposes"]
        and (stated.reason or not POLICY["purpose"][stated.purpose]["needs_reason"])
        and (request.scope or role["scope"] == "optional")
        and (request.has_second_factor or role["second_factor"] == "optional")
    )
