"""Settings: defaults declared once, unknown names refused with the nearest one."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kuai.errors import SettingsError
from kuai.settings import SECTIONS, Settings, conf_folder


def test_every_setting_has_a_default_with_a_comment() -> None:
    lines = (conf_folder() / "base.toml").read_text("utf-8").splitlines()
    named = {line.split("=")[0].strip(): line for line in lines if "=" in line and not line.startswith("#")}
    declared = {field.name for section in SECTIONS.values() for field in fields(section)}
    assert set(named) == declared
    assert [name for name, line in named.items() if "#" not in line] == []


def test_the_home_overrides_the_default_and_the_environment_overrides_the_home(tmp_path: Path) -> None:
    extra = tmp_path / "settings.toml"
    extra.write_text("[serve]\nport = 9000\nhost = '0.0.0.0'\n", "utf-8")
    found = Settings.load(extra, {"KUAI_SERVE_PORT": "9100", "KUAI_HOME": "x", "PATH": "y"})
    assert (found.serve.port, found.serve.host) == (9100, "0.0.0.0")  # noqa: S104 -- a text, nothing listens
    assert Settings.load(None, {}).serve.port == 8050


def test_a_home_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert Settings.load(tmp_path / "none.toml", {}) == Settings.load(None, {})


@pytest.mark.parametrize(
    ("written", "what", "remedy"),
    [
        ("[srve]\nport = 1", "unknown section [srve]", "did you mean serve or store?"),
        ("serve = 1", "serve is a section, not a setting", "write it as [serve]"),
        ("[serve]\nprot = 1", "unknown setting serve.prot", "did you mean port or host?"),
        ("[serve]\nport = '1'", "serve.port must be a whole number, not '1'", ""),
        ("[serve]\nport = true", "serve.port must be a whole number, not True", ""),
        ("[serve]\nport = 70000", "serve.port must be between 1 and 65535, not 70000", ""),
        ("[store]\nkeep = 1", "store.keep must be at least 2, not 1", ""),
        ("[retention]\ncase_days = 10", "retention.case_days must be 0 or at least 92, not 10", ""),
        ("[retention]\ncase_days = -1", "retention.case_days must be at least 0, not -1", ""),
        ("[texts]\ncli = 'fr'", "texts.cli cannot be 'fr'", "known: en, zh"),
        ("[generate]\nuntil = 'soon'", "generate.until must be a day such as 2026-06-30, not 'soon'", ""),
    ],
)
def test_a_wrong_setting_is_refused(tmp_path: Path, written: str, what: str, remedy: str) -> None:
    extra = tmp_path / "settings.toml"
    extra.write_text(written, "utf-8")
    with pytest.raises(SettingsError) as raised:
        Settings.load(extra, {})
    assert (raised.value.what, raised.value.remedy) == (what, remedy)
    assert raised.value.where == str(extra)


def test_a_wrong_variable_is_refused_by_its_name() -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.load(None, {"KUAI_ENGINE_MASTR": "local[2]"})
    assert raised.value.where == "KUAI_ENGINE_MASTR"
    with pytest.raises(SettingsError, match=r"whole number, not 'x'"):
        Settings.load(None, {"KUAI_SERVE_PORT": "x"})


def test_what_is_no_toml_is_refused_with_its_place(tmp_path: Path) -> None:
    extra = tmp_path / "settings.toml"
    extra.write_text("[serve\n", "utf-8")
    with pytest.raises(SettingsError, match="cannot be read as TOML"):
        Settings.load(extra, {})
