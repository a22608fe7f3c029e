"""The command `kuai keys`. Its help is in kuai/texts.toml under `help.keys`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kuai.commands import AsJson, day, grouped, print_json
from kuai.errors import KeyringError
from kuai.home import Home

if TYPE_CHECKING:
    from kuai.disclosure.keys import Keyring

ALGORITHM = "HMAC-SHA-256; keys by HKDF-SHA-256 (RFC 5869) from 256 bits per epoch"
NOT_DONE = 2
"""Exit code of `kuai keys rotate` without --yes."""

_FIXED = "a new one would change every record key, and with it draw all published noise again"
_AFRESH = "make new keys in an empty KUAI_HOME and deliver there what was never published (docs/decisions/0061)"
Out = Annotated[Path | None, typer.Option("--out")]


def keyrings() -> typer.Typer:
    """Commands on the keys."""
    return grouped({"init": init, "rotate": rotate, "status": status})


def init(*, out: Out = None, as_json: AsJson = False) -> None:
    """Make the keys; there must be none yet."""
    from kuai.disclosure import epochs, keyfile
    from kuai.disclosure.keyfile import KeySource
    from kuai.disclosure.keys import Keyring

    home = Home.from_environment()
    source = KeySource(out.expanduser().absolute()) if out else home.key_source
    if source.lender:
        raise KeyringError(f"{source.lender} lends the keys", str(source.path), "make a file for it: --out FILE")
    if not _made(source.path):
        raise KeyringError("there are keys already", str(source.path), "see them: kuai keys status")
    made = Keyring(source, keyfile.read(KeySource(source.path, "out" if out else "")))
    if not out:
        epochs.leave(home, "init", made.cell_keys[0])
    _tell("keys.made", {"path": source.path, "fingerprints": made.fingerprints}, as_json=as_json)


def rotate(
    first: Annotated[date, typer.Option("--from", parser=day, metavar="DAY")],
    *,
    purpose: Annotated[str, typer.Option("--purpose")] = "cell",
    out: Out = None,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    as_json: AsJson = False,
) -> None:
    """Begin a new epoch: periods that begin on the day or later get noise from a new key."""
    from kuai.disclosure import epochs

    if purpose != "cell":
        raise KeyringError(f"the key for {purpose!r} does not rotate: {_FIXED}", "--purpose", _AFRESH)
    home = Home.from_environment()
    target = out.expanduser().absolute() if out else None
    done = epochs.rotate(home, first, target) if yes else epochs.planned(home, first)
    epoch = done.epoch.number
    told = {"epoch": epoch, "first": first, "path": target or done.keyring.source.path}
    if not yes:
        _tell("keys.would_rotate", told, as_json=as_json)
        raise typer.Exit(NOT_DONE)
    _tell("keys.rotated", told | {"fingerprint": done.key.fingerprint}, as_json=as_json)


def status(*, as_json: AsJson = False) -> None:
    """Print the epochs, where the keys come from, and what was published under each."""
    from kuai.disclosure.keys import Keyring
    from kuai.disclosure.policy import Policy

    home = Home.from_environment()
    source, policy = home.key_source, Policy.load().epoch
    exposure = source.exposure()
    found: dict[str, Any] = {
        "path": source.path, "source": source.lender or "file", "algorithm": ALGORITHM,
        "is_private": exposure is None, "remedy": exposure.remedy if exposure else "", "policy_epoch": policy,
    }  # fmt: skip
    if exposure is None:
        ring = Keyring.open(source)
        found |= {"epoch": ring.epochs[-1].number, "agrees": ring.epochs[-1].number == policy, "epochs": _epochs(ring)}
        found["published"] = [one for city in home.cities() for one in _published(home, city, ring)]
    if as_json:
        print_json(found)
    else:
        _show(found)
    if exposure:
        raise exposure


def _made(path: Path) -> bool:
    from kuai.disclosure import keyfile

    try:
        return keyfile.create(path, [keyfile.drawn(1)])
    except OSError as error:
        raise KeyringError(f"cannot be made: {error.strerror}", str(path)) from None


def _epochs(ring: Keyring) -> list[dict[str, Any]]:
    shared = {purpose: ring.key(purpose).fingerprint for purpose in ("pid", "rkey")}
    return [
        {
            "epoch": one.number, "first": one.first if one.first > date.min else None, "made_at": one.made_at,
            "fingerprints": {**(shared if one.number == 1 else {}), "cell": key.fingerprint},
        }
        for one, key in zip(ring.epochs, ring.cell_keys, strict=True)
    ]  # fmt: skip


def _published(home: Home, city: str, ring: Keyring) -> list[dict[str, Any]]:
    """What the current file of a city serves of persons: epoch, first and last start of its periods, cells."""
    from kuai import catalog, sql
    from kuai.settings import Settings
    from kuai.store.reader import Reader

    asked = {
        "measures": [measure.id for measure in catalog.MEASURES if measure.klass == "person"],
        "firsts": [one.first for one in ring.epochs],
    }
    with Reader(home.city(city).store, Settings.load(home.settings).serve).lease() as opened:
        rows = opened.rows(sql.text("status_epochs"), asked)
        return [{"city": city, "snapshot": opened.at.snapshot, **row} for row in rows]


def _show(found: dict[str, Any]) -> None:
    from kuai import console

    speech = console.language()
    console.print_line("keys.source", speech, path=found["path"], source=found["source"], algorithm=ALGORITHM)
    if "epochs" not in found:
        return
    rows = [(one["epoch"], one["first"] or "–", f"{one['made_at']:%Y-%m-%d %H:%M}Z", _listed(one["fingerprints"]))
            for one in found["epochs"]]  # fmt: skip
    console.print_table("", ("epoch", "first", "made_at", "fingerprints"), _texts(rows), speech)
    names = ("city", "snapshot", "epoch", "first", "last", "cells")
    published = [tuple(one[name] for name in names) for one in found["published"]]
    console.print_table("", names, _texts(published), speech)
    agreement = "keys.agree" if found["agrees"] else "keys.differ"
    console.print_line(agreement, speech, epoch=found["epoch"], policy=found["policy_epoch"])


def _listed(fingerprints: dict[str, str]) -> str:
    return " ".join(f"{purpose} {one}" for purpose, one in fingerprints.items())


def _texts(rows: list[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    return [tuple(str(one) for one in row) for row in rows]


def make_first(home: Home) -> None:
    """Make the keys of a home that has none yet, and say so on standard error: they are to be backed up.

    Raises
    ------
    KeyringError
        If they cannot be made.
    """
    from rich.console import Console

    from kuai import console, texts
    from kuai.disclosure import epochs
    from kuai.disclosure.keys import Keyring

    ring, is_new = Keyring.made(home.key_source)
    if is_new:
        epochs.leave(home, "init", ring.cell_keys[0])
        said = texts.text(
            "keys.made", console.language(), path=ring.source.path, fingerprints=_listed(ring.fingerprints)
        )
        Console(stderr=True, highlight=False, soft_wrap=True).print(said, markup=False)


def _tell(key: str, told: dict[str, Any], *, as_json: bool) -> None:
    from kuai import console

    if as_json:
        print_json(told)
        return
    shown = {name: _listed(one) if isinstance(one, dict) else one for name, one in told.items()}
    console.print_line(key, console.language(), **shown)
