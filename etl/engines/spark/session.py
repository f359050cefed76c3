"""A Spark session, and whether this machine can have one."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA = 17  # the least Spark 4 runs on
_VERSION = re.compile(r'version "(\d+)')


class SparkMissingError(RuntimeError):
    """Java or PySpark is not there, or the master is of no kind we can use; the message says what to do."""


def is_installed() -> bool:
    """Say whether PySpark is installed."""
    return importlib.util.find_spec("pyspark") is not None


def missing() -> str | None:
    """Say what this machine lacks for ``--engine spark`` and how to get it; None: it lacks nothing."""
    msg: str | None = None
    java = _java()
    if not is_installed():
        msg = "PySpark is not installed: pip install 'stuckneck[spark]'."
    elif java is None:
        msg = f"Java is not installed: Spark needs a JRE of version {JAVA} or later (apt install openjdk-17-jre)."
    else:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - the user's
        found = _VERSION.search(said.stderr + said.stdout)
        if found is None or int(found[1]) < JAVA:
            is_it = found[1] if found else "unknown"
            msg = f"{java} is of version {is_it}: Spark needs a JRE of version {JAVA} or later."
    return msg


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin" if home else None)


@contextmanager
def session(master: str, settings: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """A session on `master` (``local[2]``, ``spark://HOST:PORT``), stopped afterwards. Raises SparkMissingError.

    `settings` are Spark's own and come last. What decides figures is set here: ANSI SQL, names in double quotes, UTC.
    """
    if master.startswith("sc://"):
        msg = f"{master}: Spark Connect is not supported; name a master as spark://HOST:PORT or local[CORES]."
        raise SparkMissingError(msg)
    lacks = missing()
    if lacks is not None:
        raise SparkMissingError(lacks)
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("stuckneck bulk")
    stated = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
        **(settings or {}),
        "spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true",
        "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    }  # fmt: skip
    for name, value in stated.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()
