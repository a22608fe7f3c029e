"""Looking: what a viewer may see that is no number of anything counted, and so leaves no line in the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kuai.store import lineage, standing
from kuai.store.about import About

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    import pandas as pd

    from kuai.access.witness import Witness
    from kuai.disclosure.policy import Policy
    from kuai.store.reader import Lender


class Looking(About):
    """What a snapshot says of itself, and what a role may see of the state of the city besides.

    Parameters
    ----------
    reader : Reader, or what stands for it
        Lends the city's serving file.
    clock : callable
        Gives the present moment in UTC.
    policy : Policy
        What roles may do.
    witness : Witness, optional
        Whoever looks; None for a command.
    """

    def __init__(self, reader: Lender, clock: Callable[[], datetime], policy: Policy, witness: Witness | None) -> None:
        super().__init__(reader, clock)
        self._policy, self._witness = policy, witness

    def may(self, deed: str) -> bool:
        """Whether whoever asks may do that: `ask`, `export`, … one of the policy's deeds; nobody may do anything."""
        return self._witness is not None and deed in self._policy.role(self._witness.viewer.role).may

    def status(self) -> dict[str, Any]:
        """State of the snapshot: when it was published, feeds with age against budget, rows by source, cells, bytes.

        Raises
        ------
        AccessError
            If the viewer's role may not.
        """
        self._require("status")
        with self._reader.lease() as opened:
            return lineage.status(opened, self._clock())

    def checkpoints(self, on: date) -> pd.DataFrame:
        """Checkpoints that operate on a day and stand within the viewer's scope, as `kuai.store.standing` tells them.

        Raises
        ------
        AccessError
            If the viewer's role does not ask for numbers: where they stand can be counted.
        """
        if self._witness is not None:
            self._witness.audience(self._policy, "ask")
        with self._reader.lease() as opened:
            return standing.checkpoints(opened, self._witness.viewer.scope if self._witness else (), on)

    def _require(self, deed: str) -> None:
        if self._witness is not None:
            self._witness.require(self._policy, deed)
