"""Where Kuai keeps what it makes: one folder with the keys and, per city, lake, raster index and store."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from kuai.errors import GateError, KeyringError, PackError, nearest

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
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
    def scratch(self) -> Path:
        """Folder of unfinished work; whoever holds the lock may empty it."""
        return self.root / "scratch"

    @property
    def lock(self) -> Path:
        """File that one build at a time holds locked."""
        return self.root / "lock"

    def prepare(self) -> CityHome:
        """Return the same city with all its folders made."""
        for folder in (self.lake, self.geo, self.store, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        return self


@dataclass(frozen=True)
class Home:
    """Root of everything Kuai writes."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """Return the home that KUAI_HOME names, `.kuai` in the working folder if it is unset."""
        return cls(Path(os.environ.get("KUAI_HOME") or ".kuai").expanduser().absolute())

    @property
    def settings(self) -> Path:
        """Optional TOML file with settings of this home."""
        return self.root / "settings.toml"

    @property
    def keys(self) -> Path:
        """Folder of the keys, readable by its owner only once prepared."""
        return self.root / "keys"

    @property
    def audit(self) -> Path:
        """Folder of the audit of all cities."""
        return self.root / "audit"

    @property
    def anchors(self) -> Path:
        """Folder of the audit's anchors, unless the settings name one outside the home."""
        return self.root / "anchors"

    def prepare_keys(self) -> Path:
        """Return the folder of the keys, made with mode 0700.

        Raises
        ------
        KeyringError
            If it is open to other users.
        """
        self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.keys.stat().st_mode & 0o077:
            raise KeyringError("other users can enter the folder of the keys", str(self.keys), "chmod 700 it")
        return self.keys

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


def _named(city: str) -> str:
    declaration = Path(city) / "city.toml"
    if "/" not in city and not declaration.is_file():
        return city
    try:
        return str(tomllib.loads(declaration.read_text(encoding="utf-8"))["city"])
    except (OSError, KeyError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"no city can be read from it ({type(error).__name__})", str(declaration)) from None
