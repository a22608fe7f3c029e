"""Twins: files of one source that tell the same, of which one counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.errors import SourceError
from kuai.lake import Batch, Ledger
from kuai.landing.reading import fingerprint

from jobs.names import decided

if TYPE_CHECKING:
    from jobs.discover import Delivery


@dataclass(frozen=True)
class Twin:
    """A file that is not taken, because another one of its source tells the same.

    Parameters
    ----------
    source : str
        Source in the pack.
    path, kept : str
        The file, and the one that counts: paths below the data folder.
    """

    source: str
    path: str
    kept: str


def twins(found: Sequence[Delivery]) -> list[Twin]:
    """Files with the content of another of their source. That counts which was taken first, or has the shortest name.

    Parameters
    ----------
    found : sequence of Delivery
        All files of some sources. Only those of equal size are read.
    """
    sizes = Counter((one.source.name, one.size) for one in found)
    groups: defaultdict[tuple[str, ...], list[Delivery]] = defaultdict(list)
    for one in found:
        if sizes[one.source.name, one.size] > 1:
            groups[one.source.name, decided(one.source, one.name), _content(one)].append(one)
    ordered = [sorted(group, key=_rank) for group in groups.values()]
    return [Twin(one.source.name, one.name, first.name) for first, *others in ordered for one in others]


def succeeding(found: Sequence[Delivery], batches: Iterable[Batch]) -> list[Delivery]:
    """The files, each new one with the batch that it replaces if a file of its content is no longer there.

    Parameters
    ----------
    found : sequence of Delivery
        Files of some sources, none of them a twin.
    batches : iterable of Batch
        Current batches.
    """
    places = {(one.source.name, one.name) for one in found}
    sources = {one.source.name: one.source for one in found}
    gone = {
        (one.source, decided(sources[one.source], one.path), one.fingerprint): one
        for one in batches
        if one.source in sources and one.place not in places and not is_withdrawn(one)
    }
    sizes = {(one.source, one.size) for one in gone.values()}
    return [_after(one, gone) if _is_unheld(one) and (one.source.name, one.size) in sizes else one for one in found]


def told(found: Iterable[Twin], ledger: Ledger) -> list[Twin]:
    """The twins without those of files that have no rows: such are alike by themselves."""
    kept = [(one, ledger.at(one.source, one.kept)) for one in found]
    return [one for one, batch in kept if batch is None or batch.rows_read]


def withdrawn(old: Batch) -> Batch:
    """Record of a place whose rows leave, because the file there has become a twin. No file is ever like it."""
    return replace(
        old, batch_id=f"{old.batch_id}-", recipe="", rows_read=0, accepted=0, quarantined=0, unlocated=0, rules={},
        days=(), former=tuple(sorted({*old.days, *old.former})), covers_from="", covers_to="", replaced=old.batch_id,
    )  # fmt: skip


def is_withdrawn(batch: Batch) -> bool:
    """Whether it is a record that `withdrawn` made."""
    return batch.batch_id.endswith("-")


def _is_unheld(delivery: Delivery) -> bool:
    return delivery.replaced is None or is_withdrawn(delivery.replaced)


def _after(delivery: Delivery, gone: dict[tuple[str, str, str], Batch]) -> Delivery:
    old = gone.get((delivery.source.name, decided(delivery.source, delivery.name), _content(delivery)))
    return replace(delivery, replaced=old) if old else delivery


def _rank(one: Delivery) -> tuple[bool, int, int, str]:
    old = one.replaced
    is_held = old is not None and not is_withdrawn(old) and old.fingerprint == _content(one)
    return not is_held, old.sequence if old and is_held else 0, len(one.name), one.name


def _content(delivery: Delivery) -> str:
    """SHA-256 of the file, as the ledger knows it or read; of a file that cannot be read, its name."""
    try:
        state, old = delivery.path.stat(), delivery.replaced
    except OSError:
        return str(delivery.path)
    if old and (old.size, old.modified) == (state.st_size, state.st_mtime_ns):
        return old.fingerprint
    return _read(delivery.path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=100_000)
def _read(path: Path, _size: int, _modified: int) -> str:
    try:
        return fingerprint(path)
    except SourceError:
        return str(path)
