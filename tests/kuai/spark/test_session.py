from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from py4j.java_gateway import GatewayClient
from py4j.protocol import ERROR, ERROR_ON_RECEIVE, Py4JNetworkError

from kuai.errors import EngineError
from kuai.spark.session import _hush, configuration, is_here, session


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUAI_HOME", str(tmp_path))
    monkeypatch.delenv("PYSPARK_PYTHON", raising=False)


@pytest.mark.parametrize("master", ["local[*]", "local", "spark://127.0.0.1:7077"])
def test_a_master_on_this_host_opens_nothing_to_the_network(master: str) -> None:
    assert is_here(master)
    assert configuration(master, {})["spark.driver.bindAddress"] == "127.0.0.1"


@pytest.mark.parametrize("master", ["spark://cluster:7077", "yarn", "k8s://https://127.0.0.2:6443"])
def test_a_cluster_can_reach_the_driver(master: str) -> None:
    assert "spark.driver.bindAddress" not in configuration(master, {})


def test_a_caller_has_the_last_word() -> None:
    assert configuration("local", {"spark.log.level": "INFO"})["spark.log.level"] == "INFO"


def test_tasks_run_the_python_that_asks() -> None:
    assert configuration("local", {})["spark.pyspark.python"] == sys.executable


def test_a_standalone_master_that_does_not_answer_is_named_at_once() -> None:
    with pytest.raises(EngineError, match=r"spark://127\.0\.0\.1:9: no Spark master answers"):
        session("spark://127.0.0.1:9", {})


class Broken:
    """Connection to a Java that is gone."""

    def send_command(self, _command: str) -> str:
        raise Py4JNetworkError("gone", when=ERROR_ON_RECEIVE)

    def close(self, _reset: bool) -> None:  # noqa: FBT001 -- as py4j calls it
        pass


def test_a_connection_that_breaks_in_a_call_prints_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    _hush()
    client = GatewayClient()
    client._get_connection = Broken
    assert client.send_command("call") == ERROR
    assert caplog.records == []
    logging.getLogger().error("of our own")
    assert [one.message for one in caplog.records] == ["of our own"]


@pytest.mark.jvm
def test_a_session_is_quiet_and_hides_keys(spark: Any, spark_home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert spark is session("local[2]", {})
    rows = spark.range(3).mapInArrow(lambda batches: batches, "id long").collect()
    plan = spark.sql(f"SELECT hmac(X'{'ab' * 32}', 'a')")._jdf.queryExecution().toString()
    assert [row.id for row in rows] == [0, 1, 2]
    assert "ab" * 32 not in plan.lower()
    assert capfd.readouterr().err == ""
    assert (spark_home / ".cache" / "spark.log").is_file()
