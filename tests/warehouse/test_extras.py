"""What an extra brings, and the sentence where it is missing."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from warehouse.extras import EXTRAS, lacking, missing

ROOT = Path(__file__).parents[2]
# What is imported under another name than it is installed by, and what comes with a package named.
NAMES = {
    "docx": "python-docx", "pptx": "python-pptx", "google.auth": "google-auth", "PIL": "matplotlib",
    "fontTools": "fonttools",
}  # fmt: skip
STATED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_extra_of_the_package_has_its_sentence_and_no_core_dependency() -> None:
    extras = STATED["optional-dependencies"]
    assert set(extras) - {"all"} == set(EXTRAS)
    for extra, packages in EXTRAS.items():
        stated = " ".join(extras[extra])
        for package in packages:
            name = NAMES.get(package, package)
            assert name in stated, (extra, name)
            assert not any(one.startswith(f"{name}>") for one in STATED["dependencies"]), name
    for extra in set(EXTRAS) - {"spark"}:
        assert extra in extras["all"][0]


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_missing_package_names_its_extra(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in EXTRAS[extra]:
        found = missing(ModuleNotFoundError(name=f"{package}.part"))
        assert found is not None
        assert f"pip install 'stuckneck[{extra}]'" in found
    monkeypatch.setitem(sys.modules, EXTRAS[extra][0].split(".")[0], None)
    assert f"pip install 'stuckneck[{extra}]'" in str(lacking(extra))


def test_a_module_that_no_extra_brings_is_a_programming_error() -> None:
    assert missing(ModuleNotFoundError(name="app.nothing")) is None
    assert missing(ImportError("cannot import name")) is None


def test_the_main_job_imports_nothing_of_an_extra() -> None:
    hidden = {package.split(".")[0] for packages in EXTRAS.values() for package in packages}
    code = (
        f"import sys, importlib\nfor name in {sorted(hidden)}: sys.modules[name] = None\n"
        "for name in ('app.watch.demo', 'app.watch.import_files', 'app.operate.schedule', 'app.web.application',"
        " 'app.web.routes', 'app.matrix.explain', 'app.outlook.forecast', 'app.report.command', 'stuckneck'):\n"
        "    importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
