"""A Spark session that keeps quiet: nothing but errors is said, and nothing is opened to the network by a local one."""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.errors import EngineError
from kuai.home import Home
from kuai.spark import java

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
KEY_PATTERN = "(?i)(0x)?[0-9a-f]{64}"
_CAUSE = re.compile(r"^(?!\s*at ).*(Exception|Error|ERROR)\b.*: ")
_PATIENCE_S = 5

_QUIET = {
    "spark.eventLog.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.redaction.string.regex": KEY_PATTERN,
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def session(master: str, settings: Mapping[str, str]) -> SparkSession:
    """Spark session on a master; the one already open in this process if there is one.

    What Java says goes to ``.cache/spark.log`` in the home. The regular expression of the redaction hides a key of
    32 bytes in plans, as Spark shows the literals of an expression.

    Parameters
    ----------
    master : str
        ``local[N]``, ``spark://host:port``, ``yarn`` or ``k8s://…``.
    settings : mapping of str to str
        Spark settings that come on top of Kuai's own.

    Raises
    ------
    EngineError
        If there is no Java, or Spark does not start on that master; carries the last lines it said.
    """
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() is None and SparkContext._active_spark_context is None:  # noqa: SLF001 -- pyspark has no public question for it
        _require_master(master)
        _start(configuration(master, settings))
    return SparkSession.builder.getOrCreate()


def configuration(master: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Spark settings of a session: Kuai's own, those of a master on this host, then the caller's."""
    python = os.environ.get("PYSPARK_PYTHON") or sys.executable
    own = {"spark.master": master, "spark.app.name": "kuai", "spark.pyspark.python": python}
    here = {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK} if is_here(master) else {}
    scratch = {"spark.sql.warehouse.dir": str(_cache() / "warehouse")}
    return {**_QUIET, **own, **here, **scratch, **settings}


def is_here(master: str) -> bool:
    """Whether a master URL stays on this host, so that no other host needs to reach the driver."""
    return master.startswith("local") or f"//{LOOPBACK}:" in master


def _require_master(master: str) -> None:
    hosts = [address.rpartition(":") for address in master.removeprefix("spark://").split(",")]
    if master.startswith("spark://") and not any(_listens(host, port) for host, _, port in hosts):
        raise EngineError("no Spark master answers there", master, "start it, or build with --master 'local[*]'")


def _listens(host: str, port: str) -> bool:
    try:
        with socket.create_connection((host, int(port)), timeout=_PATIENCE_S):
            return True
    except (OSError, ValueError):
        return False


def _cache() -> Path:
    return Home.from_environment().root / ".cache"


def _start(settings: Mapping[str, str]) -> None:
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    _hush()
    conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    log = _new_log(_cache())
    with _environment(settings), log.open("wb") as said:
        try:
            gateway = SparkContext._gateway or launch_gateway(conf, {"stderr": said})  # noqa: SLF001 -- one Java a process
            SparkContext(conf=conf, gateway=gateway)
        except (Py4JError, PySparkException) as error:
            what = f"Spark does not start: {_reason(log, error)}"
            raise EngineError(what, settings["spark.master"], f"what Java said is in {log}") from None


def _hush() -> None:
    """Have what carries calls to Java log nothing: a call that fails is an error of ours, told in words.

    Where the connection breaks while a call is under way it writes to the root logger, which then prints tracebacks.
    """
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    logging.getLogger().addFilter(_is_told)


def _is_told(record: logging.LogRecord) -> bool:
    return Path(record.pathname).parent.name != "py4j"


def _new_log(cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    log = cache / "spark.log"
    log.unlink(missing_ok=True)
    return log


def _reason(log: Path, error: Exception) -> str:
    causes = [line for line in f"{error}\n{log.read_text('utf-8', 'replace')}".splitlines() if _CAUSE.search(line)]
    return causes[-1].strip() if causes else str(error)


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    added = {**java.environment(_cache(), os.environ), "PYSPARK_PYTHON": settings["spark.pyspark.python"]}
    if settings.get("spark.driver.bindAddress") == LOOPBACK:
        added["SPARK_LOCAL_IP"] = LOOPBACK
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
