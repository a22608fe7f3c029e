"""Where tasks run, and what becomes of one that fails."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from kuai.errors import SourceError
from kuai.settings import Settings

from jobs.engine import AdaptiveEngine, Failed, ProcessEngine, SparkEngine, choose, forgiving


@dataclass(frozen=True)
class Number:
    value: int

    @property
    def size(self) -> int:
        return 10 * self.value


@dataclass(frozen=True)
class Doubled:
    value: int

    @property
    def rows(self) -> int:
        return self.value


def double(task: Number) -> Doubled:
    if task.value == 3:
        raise SourceError("three is not read", "three")
    return Doubled(2 * task.value)


@pytest.mark.parametrize(
    ("master", "tried"),
    [
        ("local", "local[1,4]"),
        ("local[2]", "local[2,4]"),
        ("local[*]", "local[*,4]"),
        ("local[2,9]", "local[2,9]"),
        ("spark://host:7077", "spark://host:7077"),
        ("yarn", "yarn"),
    ],
)
def test_a_lost_task_is_tried_again_on_this_host_too(master: str, tried: str) -> None:
    assert forgiving(master) == tried


def test_one_bad_task_harms_no_other_and_all_are_counted() -> None:
    ticks: list[tuple[int, int, int]] = []
    results = ProcessEngine(2).map(double, [Number(n) for n in range(1, 6)], lambda *done: ticks.append(done))
    failed = [result for result in results if isinstance(result, Failed)]
    assert [str(one.error) for one in failed] == ["three: three is not read"]
    assert sorted(result.value for result in results if isinstance(result, Doubled)) == [2, 4, 8, 10]
    assert ticks[-1] == (5, 150, 24)


def test_an_interrupt_ends_the_stage() -> None:
    def interrupt(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ProcessEngine(1).map(double, [Number(1)] * 3, interrupt)


def test_spark_is_taken_where_it_is_asked_for() -> None:
    settings = Settings.load(None, {})
    assert isinstance(choose(settings, is_explicit=True), SparkEngine)
    assert isinstance(choose(settings, is_explicit=False), AdaptiveEngine)


@pytest.mark.parametrize(("bytes_each", "engine"), [(2_000_000, "far"), (900_000, "near")])
def test_a_stage_goes_to_spark_where_its_input_is_worth_the_start(
    monkeypatch: pytest.MonkeyPatch, bytes_each: int, engine: str
) -> None:
    settings = Settings.load(None, {})
    monkeypatch.setattr(ProcessEngine, "map", lambda *_: ["near"])
    monkeypatch.setattr(SparkEngine, "map", lambda *_: ["far"])
    adaptive = AdaptiveEngine(replace(settings, engine=replace(settings.engine, spark_from_mb=2)))
    assert adaptive.map(double, [Number(bytes_each // 10)] * 2, lambda *_: None) == [engine]
