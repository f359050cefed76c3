"""The package without pyarrow, which only Spark needs: its modules, an import, a placement, SQL, files to take away."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from etl.exports.vendor import packaged_vendors
from tests.alone import COMMAND, HIDDEN
from tests.etl.exports import made_exports

ROOT = Path(__file__).parents[2]
# What `pip install stuckneck` brings: another package is another decision (docs/decisions.md, Dependencies).
CORE = {
    "apscheduler", "argon2-cffi", "arro3-core", "duckdb", "filelock", "highspy", "itsdangerous", "jinja2", "limits",
    "lxml", "numpy", "polars", "prometheus-client", "prompt-toolkit", "pydantic", "pygments", "python-calamine",
    "python-dotenv", "python-multipart", "requests", "rich", "starlette", "typer", "tzdata", "uvicorn", "xlsxwriter",
    "zstandard",
}  # fmt: skip
IMPORT_ALL = """
import importlib, pathlib
wings = ("sql", "words", "warehouse", "analytics", "etl", "office", "schedules", "stuckneck", "app")
lacking = {}
for wing in wings:
    for file in sorted(pathlib.Path(wing).rglob("*.py")):
        name = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
        try:
            importlib.import_module(name)
        except ImportError as error:
            lacking[name] = error.name
print(lacking)
"""


def alone(*arguments: str, folder: Path = ROOT) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False, cwd=folder, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_core_brings_these_packages_and_no_other() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {re.split(r"[<>=\[]", one)[0] for one in stated} == CORE


def test_every_module_but_those_of_spark_is_imported_without_pyarrow() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{HIDDEN}\n{IMPORT_ALL}"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    wanting = [name for name, package in eval(done.stdout).items() if package == "pyarrow"]
    assert set(wanting) <= {f"etl.engines.spark{part}" for part in ("", ".engine", ".families", ".tables")}
    assert "etl.engines.spark.engine" in wanting, "the test hides pyarrow"


@pytest.fixture(scope="module")
def workspace(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone") / "watch"
    shutil.copytree(demo, folder)
    return folder


@pytest.mark.slow
def test_import_placement_sql_and_files_without_pyarrow(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "lens.csv"
    file.write_bytes(made_exports.csv_bytes(made_exports.rows(packaged_vendors()["lens_csv"])))
    technology = "chip"
    alone("import", str(file), "-t", technology, folder=workspace)
    alone("place", "--json", folder=workspace)
    asked = "SELECT technology_id, families, as_of FROM matrix_latest ORDER BY 1"
    rows = json.loads(alone("sql", asked, "--json", folder=workspace))
    assert technology in {row["technology_id"] for row in rows}
    kept = "SELECT count(*) AS n FROM source_records WHERE source NOT IN ('epo_ops', 'lens')"
    assert json.loads(alone("sql", kept, "--json", folder=workspace)) == [{"n": 8}]
    for form in ("parquet", "arrow", "xlsx"):
        alone("sql", asked, "-f", form, "-o", str(tmp_path / f"out.{form}"), folder=workspace)
    assert pq.read_table(tmp_path / "out.parquet")["technology_id"].to_pylist() == [r["technology_id"] for r in rows]
    with pyarrow.ipc.open_file(tmp_path / "out.arrow") as reader:
        assert reader.read_all()["families"].to_pylist() == [r["families"] for r in rows]
    alone("families", technology, "-o", str(tmp_path / "families.parquet"), folder=workspace)
    assert pq.read_table(tmp_path / "families.parquet").num_rows > 0
