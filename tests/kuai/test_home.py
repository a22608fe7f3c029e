"""The home: where things lie, and which city is meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kuai.disclosure.keyfile import KeySource
from kuai.errors import GateError, LakeError, PackError
from kuai.home import Home


def test_the_variable_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUAI_HOME", str(tmp_path / "here"))
    assert Home.from_environment().root == tmp_path / "here"
    monkeypatch.delenv("KUAI_HOME")
    monkeypatch.chdir(tmp_path)
    assert Home.from_environment().root == tmp_path / ".kuai"


@pytest.mark.parametrize("name", ["", "..", "a/b", "Chicago", "access", "keys", "latest", "a" * 64])
def test_what_is_no_city_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError, match="no city name"):
        Home(tmp_path).city(name)


def test_keys_come_from_the_file_that_is_lent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUAI_HOME", str(tmp_path))
    assert Home.from_environment().key_source == KeySource(tmp_path / "keys" / "master.key")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "run"))
    assert not Home.from_environment().key_source.lender  # the unit was given other credentials
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "kuai.keys").touch()
    assert Home.from_environment().key_source == KeySource(tmp_path / "run" / "kuai.keys", "CREDENTIALS_DIRECTORY")
    monkeypatch.setenv("KUAI_KEYS_FILE", "/run/secrets/kuai")
    assert Home.from_environment().key_source == KeySource(Path("/run/secrets/kuai"), "KUAI_KEYS_FILE")


def test_one_at_a_time_holds_the_lock_of_a_city(tmp_path: Path) -> None:
    city = Home(tmp_path).city("one").prepare()
    with city.alone(), pytest.raises(LakeError, match="another build of one"), city.alone():
        pass
    with city.alone():
        pass


def test_what_is_made_of_persons_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = Home(tmp_path / "home").city("liuxi").prepare()
    assert folder.lake.is_dir()
    assert folder.root.stat().st_mode & 0o777 == 0o700
    folder.root.chmod(0o750)  # whoever lets a group in is not overruled
    assert folder.prepare().root.stat().st_mode & 0o777 == 0o750


def test_the_city_published_last_is_the_default(publish: Any) -> None:
    publish(city="one")
    home = publish(city="two")
    assert home.chosen(None).name == "two"
    assert home.chosen("one").name == "one"
    assert home.cities() == ["one", "two"]
    home.remember("one")
    assert home.chosen(None).name == "one"


def test_a_pack_folder_stands_for_its_city(publish: Any, tmp_path: Path) -> None:
    home = publish(city="one")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "city.toml").write_text("city = 'one'\n", "utf-8")
    assert home.chosen(str(tmp_path / "pack")).name == "one"
    with pytest.raises(PackError):
        home.chosen(str(tmp_path / "none"))


def test_a_city_never_published_names_those_that_were(publish: Any, tmp_path: Path) -> None:
    with pytest.raises(GateError, match="nothing has been published"):
        Home(tmp_path / "home").chosen(None)
    with pytest.raises(GateError) as raised:
        publish(city="chicago").chosen("chikago")
    assert raised.value.remedy == "did you mean chicago?"
