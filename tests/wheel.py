"""Build the wheel, install it into an environment of its own outside the checkout, and use it there (`make wheel`)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and return what it printed; its failure ends the program with its output."""
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} {' '.join(str(c) for c in command[1:])}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def megabytes(folder: Path) -> int:
    """Return what the folder takes, as `du -sm` counts it on a disk without holes."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink()) // 2**20


def assert_without_extras(python: Path, away: Path) -> None:
    """Fail where the bare wheel brought a package that an extra is for."""
    found = run(
        python,
        "-c",
        "from warehouse.extras import EXTRAS, lacking; print([e for e in EXTRAS if not lacking(e)])",
        cwd=away,
    )
    assert found.strip() == "[]", f"the wheel alone brings {found}"


def main() -> None:
    """Prove that the main job runs on the bare wheel, and that SQL, TOML, fonts and tables travel in it."""
    with tempfile.TemporaryDirectory() as folder:
        away = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", away, ROOT, cwd=ROOT)
        wheel = next(away.glob("*.whl"))
        venv.create(away / "env", with_pip=True)
        binaries = away / "env" / ("Scripts" if sys.platform == "win32" else "bin")
        quiet = ("--quiet", "--disable-pip-version-check")
        python = binaries / "python"
        run(python, "-m", "pip", "install", *quiet, wheel, cwd=away)
        stuckneck = binaries / "stuckneck"
        print(run(stuckneck, "--version", cwd=away).strip(), "without extras:", megabytes(away / "env"), "MB")
        assert_without_extras(python, away)
        assert '"capability"' in run(stuckneck, "reproduce", "--json", cwd=away)
        run(stuckneck, "init", "ws", cwd=away)
        assert "lithography-machine" in run(stuckneck, "catalogue", "list", "-w", "ws", cwd=away)
        small = ("demo", "--families", "60", "--folder", "demo")
        assert "moved" in run(stuckneck, *small, cwd=away)
        answer = run(stuckneck, "sql", "-w", "demo", "-f", "csv", "SELECT count(*) AS n FROM matrix_latest", cwd=away)
        assert answer.splitlines() == ["n", "40"], answer
        lacks = subprocess.run(
            [stuckneck, "chart", "-w", "demo", "m.png"], cwd=away, capture_output=True, text=True, check=False
        )
        assert lacks.returncode == 2, lacks
        assert "pip install 'stuckneck[charts]'" in lacks.stderr, lacks
        run(python, "-m", "pip", "install", *quiet, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=away)
        print("with them all:", megabytes(away / "env"), "MB")
        for file in ("m.png", "m.html"):
            run(stuckneck, "chart", "-w", "demo", file, cwd=away)
        run(stuckneck, "report", "-w", "demo", "-o", "brief.docx", cwd=away)
        print(f"{wheel.name}: installed and used outside the checkout")


if __name__ == "__main__":
    main()
