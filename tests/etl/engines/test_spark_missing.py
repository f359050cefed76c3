"""What is said where Spark cannot run: by the command before it does anything, and by `doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.engines.spark import session
from etl.engines.spark.session import SparkMissingError, missing


def java(folder: Path, version: str) -> None:
    file = folder / "bin" / "java"
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    file.chmod(0o755)


@pytest.mark.parametrize(("version", "expected"), [("11.0.2", "version 11"), ("17.0.15", None), ("21", None)])
def test_the_version_of_java_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, expected: str | None
) -> None:
    java(tmp_path, version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr(session, "is_installed", lambda: True)
    found = missing()
    assert (found is None) if expected is None else (expected in (found or ""))


def test_no_java_and_no_pyspark_are_said_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr(session, "is_installed", lambda: True)
    with pytest.raises(SparkMissingError, match="Java is not installed"), session.session("local[1]"):
        pass
    monkeypatch.setattr(session, "is_installed", lambda: False)
    with pytest.raises(SparkMissingError, match="PySpark is not installed"), session.session("local[1]"):
        pass


def test_spark_connect_is_refused() -> None:
    with pytest.raises(SparkMissingError, match="spark://"), session.session("sc://host"):
        pass
