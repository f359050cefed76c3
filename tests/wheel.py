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


def main() -> None:
    """Prove that SQL, TOML, fonts and tables travel in the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        away = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", away, ROOT, cwd=ROOT)
        wheel = next(away.glob("*.whl"))
        venv.create(away / "env", with_pip=True)
        binaries = away / "env" / ("Scripts" if sys.platform == "win32" else "bin")
        quiet = ("--quiet", "--disable-pip-version-check")
        python = binaries / "python"
        run(python, "-m", "pip", "install", *quiet, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=away)
        run(python, "-m", "pip", "install", *quiet, "--no-deps", wheel, cwd=away)
        stuckneck = binaries / "stuckneck"
        print(run(stuckneck, "--version", cwd=away).strip())
        assert '"capability"' in run(stuckneck, "reproduce", "--json", cwd=away)
        run(stuckneck, "init", "ws", cwd=away)
        assert "lithography-machine" in run(stuckneck, "catalogue", "list", "-w", "ws", cwd=away)
        small = ("demo", "--families", "60", "--folder", "demo")
        assert "moved" in run(stuckneck, *small, cwd=away)
        answer = run(stuckneck, "sql", "-w", "demo", "-f", "csv", "SELECT count(*) AS n FROM matrix_latest", cwd=away)
        assert answer.splitlines() == ["n", "40"], answer
        print(f"{wheel.name}: installed and used outside the checkout")


if __name__ == "__main__":
    main()
