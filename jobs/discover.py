"""Deliveries: which landing files are new or changed since they were last ingested."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kuai import catalog, sql
from kuai.city import Source
from kuai.contracts import Contract
from kuai.errors import KuaiError, PackError, SourceError
from kuai.lake import Batch, Ledger
from kuai.landing.reading import fingerprint

from jobs.site import Site
from jobs.twins import succeeding, twins

_OF_ROWS = frozenset({".csv", ".parquet", ".tsv", ".txt"})


@dataclass(frozen=True)
class Delivery:
    """A landing file that is to be ingested.

    Parameters
    ----------
    source : Source
        Source it belongs to.
    path : Path
        The file.
    name : str
        Path below the data folder: with the source, the place that a later version replaces.
    recipe : str
        Hash of everything besides the content that decides the outcome: SELECT, contract, areas, coverage.
    replaced : Batch, optional
        Batch that leaves as this one comes: of the same place, or of a file of the same content that is gone.
    """

    source: Source
    path: Path
    name: str
    recipe: str
    replaced: Batch | None = None

    @property
    def size(self) -> int:
        """Bytes of the file; 0 if it cannot be told, as of one that is gone by now."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


def deliveries(site: Site, ledger: Ledger, datasets: Iterable[str], recipe: str = "") -> list[Delivery]:
    """Files of the datasets that the ledger does not hold as they are now, in the order of their names.

    A file that tells the same as another one is left out, and takes the place of one that is no longer there.

    Parameters
    ----------
    site : Site
        City and data folder.
    ledger : Ledger
        What was ingested.
    datasets : iterable of str
        Contracts to look for.
    recipe : str
        Hash of the areas that points are located in.
    """
    found = landed(site, ledger, datasets, recipe)
    known = {(one.source, one.path) for one in twins(found)}
    single = [one for one in found if (one.source.name, one.name) not in known]
    return [delivery for delivery in succeeding(single, list(ledger)) if _is_new(delivery)]


def landed(site: Site, ledger: Ledger, datasets: Iterable[str], recipe: str = "") -> list[Delivery]:
    """All files of the datasets, in the order of their names, whether or not the ledger holds them.

    A source that has another name now takes the places of the one that it was: files of its dataset stay one delivery.

    Parameters
    ----------
    site : Site
        City and data folder.
    ledger : Ledger
        What was ingested.
    datasets : iterable of str
        Contracts to look for.
    recipe : str
        Hash of the areas that points are located in.

    Raises
    ------
    PackError
        If a source was of another dataset when files of it were taken.
    """
    wanted = set(datasets)
    sources = [source for source in site.city.sources if source.dataset in wanted]
    found = [delivery for source in sources for delivery in _of_source(site, ledger, source, recipe)]
    former = {(one.dataset, one.path): one for one in _forsaken(site, ledger)}
    return [replace(one, replaced=one.replaced or former.get((one.source.dataset, one.name))) for one in found]


def check_any(site: Site) -> None:
    """Refuse a data folder that is not there, or in which no source finds a file.

    Raises
    ------
    SourceError
        Naming the folder, and the globs that found nothing.
    """
    if not site.data.is_dir():
        raise SourceError("the data folder is not there", str(site.data), "give the folder of landing files as --data")
    if not any(next(site.data.glob(source.files), None) for source in site.city.sources):
        globs = ", ".join(dict.fromkeys(source.files for source in site.city.sources))
        raise SourceError("no source finds a file here", str(site.data), f"looked for {globs}")


def unread(site: Site) -> list[str]:
    """Warnings of what no source reads though it lies where one looks, and of sources that find no file."""
    sources = site.city.sources
    found = {source.name: {path for path in site.data.glob(source.files) if path.is_file()} for source in sources}
    known = set().union(*found.values())
    folders = {path.parent for path in known}
    passed = sorted(
        path for folder in folders for path in folder.iterdir() if _looks_like_rows(path) and path not in known
    )
    return [
        *(f"{_shown(site, path)}: no source reads this file" for path in passed),
        *(f"source {source.name}: no file fits {source.files}" for source in sources if not found[source.name]),
    ]


def misnamed(site: Site) -> list[KuaiError]:
    """Errors of the files that are left out because nobody can write down what they are called."""
    found = {path for source in site.city.sources for path in site.data.glob(source.files) if not _is_named(path)}
    shown = sorted(_shown(site, path) for path in found)
    return [SourceError("the file's name is not UTF-8", one, "give it another name") for one in shown]


def _shown(site: Site, path: Path) -> str:
    return os.fsencode(_name(site, path)).decode("utf-8", "backslashreplace")


def _is_named(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def forsaken(site: Site, ledger: Ledger) -> list[str]:
    """Warnings of sources that the pack does not have any more, and whose rows stay."""
    files = Counter(one.source for one in _forsaken(site, ledger) if one.rows_read)
    return [
        f"source {name}: no longer in the pack; the rows of {count} {'file' if count == 1 else 'files'} stay"
        for name, count in sorted(files.items())
    ]


def _forsaken(site: Site, ledger: Ledger) -> list[Batch]:
    known = {source.name for source in site.city.sources}
    return [one for one in ledger if one.source not in known]


def _looks_like_rows(path: Path) -> bool:
    return not path.is_dir() and any(one.lower() in _OF_ROWS for one in path.suffixes)


def _name(site: Site, path: Path) -> str:
    return path.relative_to(site.data).as_posix()


def batch_id(delivery: Delivery, content: str) -> str:
    """Identity of a batch: the same place, content and recipe give the same one."""
    return digest(delivery.source.name, delivery.name, content, delivery.recipe)


def digest(*parts: str) -> str:
    """Sixteen hexadecimal digits that differ when any of the texts does."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _of_source(site: Site, ledger: Ledger, source: Source, areas: str) -> list[Delivery]:
    contract = catalog.contract(source.dataset)
    rule = sql.text("observed_days") if source.coverage == "observed" else ""
    declared = repr(replace(source, sql_path=Path(source.sql_path.name), files="", owner="", expected=None)) + rule
    recipe = digest(declared, repr(contract), *_of_city(site, contract, areas))
    names = sorted(_name(site, path) for path in site.data.glob(source.files) if path.is_file() and _is_named(path))
    return [Delivery(source, site.data / name, name, recipe, _held(ledger, source, name)) for name in names]


def _held(ledger: Ledger, source: Source, name: str) -> Batch | None:
    old = ledger.at(source.name, name)
    if old and old.dataset != source.dataset:
        told = f"source {source.name} is of {source.dataset}, and {name} was taken as {old.dataset}"
        raise PackError(told, str(source.sql_path), "give it another name, or build into a new KUAI_HOME")
    return old


def _of_city(site: Site, contract: Contract, areas: str) -> tuple[str, ...]:
    """What the city declares that decides which rows of a contract are accepted, when they were, and where."""
    city = site.city
    located = (areas, repr(city.located)) if contract.located else ()
    return (city.time_zone, *located, *(city.regions if contract.identified else ()))


def _is_new(delivery: Delivery) -> bool:
    old = delivery.replaced
    if old is None or old.path != delivery.name:
        return True
    try:
        state = delivery.path.stat()
        if (state.st_size, state.st_mtime_ns, delivery.recipe) == (old.size, old.modified, old.recipe):
            return False
        return batch_id(delivery, fingerprint(delivery.path)) != old.batch_id
    except (OSError, SourceError):
        return True  # whoever ingests it says what is wrong, and the others go on
