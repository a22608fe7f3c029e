from __future__ import annotations

import os
import sys

import pytest

from kuai.errors import EngineError

from benchmarks.watch import family, resident, run

pytestmark = pytest.mark.slow

_HOLD = "block = b'x' * 150_000_000; import time; time.sleep(0.5); print('held'); print(len(block))"


def test_time_memory_and_last_line_of_a_command() -> None:
    ran = run([sys.executable, "-c", _HOLD], os.environ)

    assert ran.last_line == "150000000"
    assert 0.5 <= ran.seconds < 60
    assert 0 < ran.cpu < ran.seconds + 5
    assert 140 < ran.largest_mb < 400


def test_memory_of_processes_that_a_command_starts_is_counted() -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_HOLD!r}], check=True)"

    ran = run([sys.executable, "-c", child], os.environ)

    assert ran.largest_mb > 140
    assert ran.together_mb > ran.largest_mb


def test_a_command_that_fails_is_an_error() -> None:
    with pytest.raises(EngineError, match="code 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"], os.environ)


def test_a_process_belongs_to_the_family_of_its_parent() -> None:
    assert os.getpid() in family(os.getppid())


def test_a_process_that_is_gone_holds_nothing() -> None:
    assert resident(2**22 + 1) == (0.0, 0.0)
