"""Validation: the numbers of each dataset against its suite; no row of a person enters it, no sample leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kuai.contracts import Contract
from kuai.errors import ExpectationError

from expectations.suite import RESULT_FORMAT, metric_names, quiet, to_suite

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Finding:
    """An expectation that does not hold.

    Parameters
    ----------
    dataset, metric, level : str
        Dataset, number, and ``blocking`` or ``warning``.
    value : float
        What the number is.
    minimum, maximum : float, optional
        What it may be.
    because : str
        What else there is to say; may be empty.
    """

    dataset: str
    metric: str
    level: str
    value: float
    minimum: float | None
    maximum: float | None
    because: str = ""

    def __str__(self) -> str:
        low = "" if self.minimum is None else f"{self.minimum:g} ≤ "
        told = f" ({self.because})" if self.because else ""
        high = "" if self.maximum is None else f" ≤ {self.maximum:g}"
        return f"{self.dataset}: {low}{self.metric}{high} does not hold: it is {self.value:.6g}{told}"


def prepare() -> None:
    """Import Great Expectations and make a context of it, which takes seconds."""
    validate([])


def validate(datasets: Sequence[tuple[Contract, Numbers]]) -> list[Finding]:
    """Expectations that do not hold, over all datasets, in their order.

    Parameters
    ----------
    datasets : sequence of (Contract, mapping)
        Contracts with their numbers by name, as `metric_names` lists them; an absent one is 0.
    """
    quiet()
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("numbers")
    return [finding for contract, numbers in datasets for finding in _validate_one(source, contract, numbers)]


def check(findings: Sequence[Finding]) -> None:
    """Stop where a blocking expectation does not hold.

    Raises
    ------
    ExpectationError
        Naming every blocking finding.
    """
    blocking = [str(finding) for finding in findings if finding.level == "blocking"]
    if blocking:
        remedy = "nothing was published, the last snapshot stands; mend the delivery, or the bound in the contract"
        raise ExpectationError("; ".join(blocking), remedy=remedy)


def _validate_one(source: object, contract: Contract, numbers: Numbers) -> list[Finding]:
    import pandas as pd

    frame = pd.DataFrame([{name: float(numbers.get(name, 0)) for name in metric_names(contract)}])
    asset = source.add_dataframe_asset(contract.name)  # type: ignore[attr-defined]
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    outcome = batch.validate(to_suite(contract), result_format=RESULT_FORMAT)
    return [_finding(contract, result, frame) for result in outcome.results if not result.success]


def _finding(contract: Contract, result: object, frame: object) -> Finding:
    config = result.expectation_config  # type: ignore[attr-defined]
    settings = config.kwargs
    metric = settings["column"]
    value = float(frame[metric].iloc[0])  # type: ignore[index]
    level = (config.meta or {}).get("level", "blocking")
    return Finding(contract.name, metric, level, value, settings.get("min_value"), settings.get("max_value"))
