"""Epochs of the noise: when one may begin, and whether policy and keys agree on them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.disclosure import keyfile
from kuai.disclosure.keyfile import Epoch
from kuai.disclosure.keys import Key, Keyring
from kuai.errors import KeyringError

if TYPE_CHECKING:
    from kuai.home import Home
    from kuai.lake import Ledger

DATASETS = ("core.person", "core.population_count", "core.population_event")
"""Datasets whose counts get noise."""

LOG = "log.jsonl"
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Rotation:
    """A new epoch, as it would begin.

    Parameters
    ----------
    keyring : Keyring
        Keys as they are.
    epoch : Epoch
        The new one.
    """

    keyring: Keyring
    epoch: Epoch

    @property
    def key(self) -> Key:
        """Key of the noise from the epoch's first day on."""
        return Keyring(self.keyring.source, (*self.keyring.epochs, self.epoch)).cell_keys[-1]


def newest_day(ledger: Ledger) -> date | None:
    """Newest day that counts of persons may have been published for; None if nothing was delivered."""
    batches = [batch for dataset in DATASETS for batch in ledger.of(dataset)]
    days = [date.fromordinal(_EPOCH_DAY + one) for batch in batches for one in (*batch.days, *batch.former)]
    return max([*days, *(batch.covers[1] for batch in batches if batch.covers)], default=None)


def newest_days(home: Home) -> dict[str, date]:
    """Newest day by city of the home; cities without counts of persons are left out."""
    from kuai.lake import Lake, Ledger

    found = {city.name: newest_day(Ledger(Lake(city.lake))) for city in home.lakes()}
    return {name: day for name, day in found.items() if day}


def planned(home: Home, first: date) -> Rotation:
    """Rotation to an epoch that begins on a day.

    Raises
    ------
    KeyringError
        If the day is not after all that was delivered, or not after the epoch before: published noise would be drawn
        again.
    """
    keyring = Keyring.open(home.key_source)
    last = keyring.epochs[-1]
    if first <= last.first:
        raise KeyringError(f"epoch {last.number} begins on {last.first}", "--from", "give a later day")
    for city, newest in newest_days(home).items():
        if first <= newest:
            what = f"{city} has counts of persons up to {newest}: their noise would be drawn again"
            raise KeyringError(what, "--from", f"give a day after {newest}, best the first day of a year")
    return Rotation(keyring, keyfile.drawn(last.number + 1, first))


def rotate(home: Home, first: date, out: Path | None = None) -> Rotation:
    """Rotation that was done: the key file, or a new one beside it, holds the new epoch as well.

    Parameters
    ----------
    home : Home
        Home, none of whose cities may be built meanwhile.
    first : date
        First day of the new epoch.
    out : Path, optional
        File to write the epochs to in place of the home's own; required where the keys are lent.

    Raises
    ------
    KeyringError
        As `planned` does, and if the file cannot be written or is there already.
    LakeError
        If a build is under way.
    """
    with ExitStack() as held:
        for city in home.lakes():
            held.enter_context(city.alone())
        done = planned(home, first)
        source = done.keyring.source
        if out is None and source.lender:
            remedy = "give --out FILE, and put that file into the secret store"
            raise KeyringError(f"{source.lender} lends the keys: Kuai does not write there", str(source.path), remedy)
        if out and out.exists():
            raise KeyringError("is there already", str(out), "name a file that is not")
        leave(home, "rotate", done.key)
        try:
            _write(out or source.path, (*done.keyring.epochs, done.epoch), is_new=out is not None)
        except KeyringError:
            leave(home, "rotate failed", done.key)
            raise
    return done


def leave(home: Home, act: str, key: Key) -> None:
    """Leave a line in the log of the keys and one in the audit: who, when, which epoch; never a byte of a key.

    Raises
    ------
    AuditError
        If it cannot be put down. Then nothing is to be done either.
    """
    from kuai.audit import host

    noted = host.noted("keys", f"{act} epoch {key.epoch} from {key.first} cell {key.fingerprint}")
    host.leave(home, noted)
    line = {"at": noted.at.isoformat(timespec="seconds"), "who": noted.viewer.name, "act": act, "epoch": key.epoch}
    line |= {"first": key.first.isoformat(), "fingerprint": key.fingerprint}
    home.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(home.keys / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def require_known(keyring: Keyring, policy_epoch: int, newest: date | None) -> None:
    """Refuse to draw noise that policy and keys do not agree on.

    Parameters
    ----------
    keyring : Keyring
        Keys of all epochs.
    policy_epoch : int
        Newest epoch that the policy knows of.
    newest : date or None
        Newest day that counts of persons are to be published for.

    Raises
    ------
    KeyringError
        If the policy is ahead of the keys, or the days have come of an epoch that it does not know.
    """
    made = keyring.epochs[-1].number
    if policy_epoch > made:
        what = f"the policy is at epoch {policy_epoch}, the keys at {made}"
        raise KeyringError(what, str(keyring.source.path), f"make it: kuai keys rotate --from DAY; or epoch = {made}")
    for key in keyring.cell_keys[policy_epoch:]:
        if newest and newest >= key.first:
            what = f"counts of {newest} belong to epoch {key.epoch} of the keys, and the policy is at {policy_epoch}"
            raise KeyringError(what, "conf/privacy.toml", f"set epoch = {key.epoch} there")


def require_later(keyring: Keyring, recorded: Mapping[str, str], newest: date | None) -> None:
    """Refuse an epoch that begins within what was published without it, however it came into the key file.

    Parameters
    ----------
    keyring : Keyring
        Keys of all epochs.
    recorded : mapping
        Fingerprints kept with earlier work.
    newest : date or None
        Newest day of that work.

    Raises
    ------
    KeyringError
        If an epoch that is not recorded begins on the newest day or before.
    """
    for key in keyring.cell_keys[1:]:
        if f"cell/{key.epoch}/{key.first}" not in recorded and newest and key.first <= newest:
            what = f"epoch {key.epoch} begins on {key.first}, and there are counts of persons up to {newest} already"
            raise KeyringError(
                what, str(keyring.source.path), "put the key file back as it was, and rotate to a later day"
            )


def _write(path: Path, epochs: tuple[Epoch, ...], *, is_new: bool) -> None:
    try:
        if not is_new:
            keyfile.replace(path, epochs)
        elif not keyfile.create(path, epochs):
            raise KeyringError("is there already", str(path), "name a file that is not")
    except OSError as error:
        raise KeyringError(f"cannot be written: {error.strerror}", str(path)) from None
