"""What a build leaves alone at its start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobs.lean import _WithoutPandas, import_tables

BUILD = "from jobs.lean import import_tables; import_tables(); import jobs.job, pyiceberg.io.pyarrow"


@pytest.mark.slow
def test_a_build_imports_no_pandas(command: Callable[[Path], dict[str, Any]], tmp_path: Path) -> None:
    asked = f"{BUILD}, sys; print('pandas' in sys.modules, 'pyarrow.dataset' in sys.modules); import pandas"
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, **command(tmp_path)
    )
    assert told.stdout.split() == ["False", "True"]


def test_where_pandas_is_there_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    before, there = list(sys.meta_path), sys
    monkeypatch.setitem(sys.modules, "pandas", there)
    import_tables()
    assert sys.meta_path == before
    assert sys.modules["pandas"] is there
    with pytest.raises(ModuleNotFoundError):
        _WithoutPandas.find_spec("pandas")
    assert _WithoutPandas.find_spec("numpy") is None
