"""Where Kuai keeps what it makes: one folder with the keys and, per city, lake, raster index and store."""

from __future__ import annotations

import fcntl
import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kuai.disclosure.keyfile import NAME, KeySource
from kuai.errors import GateError, LakeError, PackError, nearest

_PRIVATE = 0o700
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_CREDENTIAL = "kuai.keys"
_RESERVED = frozenset({"access", "anchors", "audit", "keys", "latest"})


@dataclass(frozen=True)
class CityHome:
    """The folders of one city; nothing is created until `prepare`."""

    root: Path

    @property
    def name(self) -> str:
        """Name of the city."""
        return self.root.name

    @property
    def lake(self) -> Path:
        """Folder of the Iceberg tables and their catalogue."""
        return self.root / "lake"

    @property
    def geo(self) -> Path:
        """Folder of raster indexes, which can be rebuilt from the areas at any time."""
        return self.root / "geo"

    @property
    def store(self) -> Path:
        """Folder of serving files and of the pointer to the current one."""
        return self.root / "store"

    @property
    def shapes(self) -> Path:
        """Folder of areas as browsers draw them, which can be made again at any time."""
        return self.root / "shapes"

    @property
    def scratch(self) -> Path:
        """Folder of unfinished work; whoever holds the lock may empty it."""
        return self.root / "scratch"

    @property
    def pack(self) -> Path:
        """Folder of the city's pack, as the last build was given it; the city's own folder here if there was none."""
        noted = self._pack_note
        return Path(noted.read_text("utf-8")) if noted.is_file() else self.root

    def remember_pack(self, folder: Path) -> None:
        """Let `pack` be a folder, at once for all readers."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        draft = self.scratch / f"pack.{os.getpid()}"
        draft.write_text(str(folder.resolve()), "utf-8")
        draft.replace(self._pack_note)

    @property
    def _pack_note(self) -> Path:
        return self.root / "pack.path"

    @property
    def alarms(self) -> Path:
        """Folder of the alarms and of what was done about them, readable by its owner only."""
        return self.root / "alarms"

    @property
    def lock(self) -> Path:
        """File that one build at a time holds locked."""
        return self.root / "lock"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of the city, which whoever writes into its lake or store holds.

        Raises
        ------
        LakeError
            If another process holds it.
        """
        with self.lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                what = f"another build of {self.name} is under way"
                raise LakeError(what, str(self.lock), "wait for it, then try again") from None
            yield

    def prepare(self) -> CityHome:
        """Return the same city with all its folders made; a new one for its owner only, as it holds pseudonyms."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        self.root.mkdir(_PRIVATE, exist_ok=True)
        for folder in (self.lake, self.geo, self.store, self.scratch):
            folder.mkdir(exist_ok=True)
        return self


@dataclass(frozen=True)
class Home:
    """Root of everything Kuai writes.

    Parameters
    ----------
    root : Path
        The folder.
    lent : KeySource, optional
        Key file that a secret store lends in place of the home's own.
    """

    root: Path
    lent: KeySource | None = None

    @classmethod
    def from_environment(cls) -> Home:
        """Return the home that KUAI_HOME names, `.kuai` in the working folder if it is unset.

        The keys come from the file that KUAI_KEYS_FILE names (a secret of Docker or Kubernetes), else from the
        credential `kuai.keys` of a systemd unit, else from the home.
        """
        return cls(Path(os.environ.get("KUAI_HOME") or ".kuai").expanduser().absolute(), _lent())

    @property
    def settings(self) -> Path:
        """Optional TOML file with settings of this home."""
        return self.root / "settings.toml"

    @property
    def keys(self) -> Path:
        """Folder of the home's own keys and of their log, readable by its owner only."""
        return self.root / "keys"

    @property
    def key_source(self) -> KeySource:
        """Where the keys come from: the file that is lent, else the home's own."""
        return self.lent or KeySource(self.keys / NAME)

    @property
    def audit(self) -> Path:
        """Folder of the audit of all cities."""
        return self.root / "audit"

    @property
    def anchors(self) -> Path:
        """Folder of the audit's anchors, unless the settings name one outside the home."""
        return self.root / "anchors"

    @property
    def access(self) -> Path:
        """Folder of accounts, devices and sessions, readable by its owner only."""
        return self.root / "access"

    def city(self, name: str) -> CityHome:
        """Folders of the city of that name.

        Raises
        ------
        PackError
            If the name is no city name (lower-case letters, digits, `-`, `_`).
        """
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise PackError(f"{name!r} is no city name", remedy="use lower-case letters, digits, - and _")
        return CityHome(self.root / name)

    def lakes(self) -> list[CityHome]:
        """Cities that a build was begun for, in alphabetical order."""
        return [CityHome(path.parent) for path in sorted(self.root.glob("*/lake"))]

    def cities(self) -> list[str]:
        """Names of the cities with a store, in alphabetical order."""
        return sorted(path.parent.parent.name for path in self.root.glob("*/store/current"))

    @property
    def latest(self) -> str | None:
        """Name of the city published last, None before the first."""
        try:
            return (self.root / "latest").read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def remember(self, name: str) -> None:
        """Make the city of that name the default of `chosen`, at once for all readers."""
        draft = self.root / f".latest.{os.getpid()}"
        draft.write_text(self.city(name).name + "\n", encoding="utf-8")
        draft.replace(self.root / "latest")

    def chosen(self, city: str | None) -> CityHome:
        """Folders of the published city meant by a name, by a pack's folder, or by None: the last one published.

        Raises
        ------
        GateError
            If that city was never published here; names the ones that were.
        """
        name = _named(city) if city else self.latest
        published = self.cities()
        if name is None or not published:
            raise GateError("nothing has been published yet", str(self.root), "run: kuai build --city … --data …")
        if name not in published:
            raise GateError(f"city {name!r} has not been published", str(self.root), nearest(name, published))
        return self.city(name)


def _lent() -> KeySource | None:
    named, folder = os.environ.get("KUAI_KEYS_FILE", ""), os.environ.get("CREDENTIALS_DIRECTORY", "")
    if named:
        return KeySource(Path(named).expanduser().absolute(), "KUAI_KEYS_FILE")
    credential = Path(folder) / _CREDENTIAL
    return KeySource(credential, "CREDENTIALS_DIRECTORY") if folder and credential.is_file() else None


def _named(city: str) -> str:
    declaration = Path(city) / "city.toml"
    if "/" not in city and not declaration.is_file():
        return city
    try:
        return str(tomllib.loads(declaration.read_text(encoding="utf-8"))["city"])
    except (OSError, KeyError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"no city can be read from it ({type(error).__name__})", str(declaration)) from None
