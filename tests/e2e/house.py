"""A workspace against a simulated office on loopback, for end-to-end tests."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from app.watch.init import write_workspace
from etl.catalogue.load import load_catalogue
from office.service.office import Office
from tests import template
from warehouse.workspace import Workspace

ROOT = Path(__file__).parents[2]
PLAIN = "network = false\nbootstrap_draws = 0\n"
FIRST = date(2021, 5, 31)
SECOND = date(2022, 5, 31)
CREDENTIALS = {"STUCKNECK_OPS_KEY": "demo", "STUCKNECK_OPS_SECRET": "demo", "STUCKNECK_LENS_TOKEN": "demo"}


def make_workspace(
    folder: Path, office: Office, *, topics: bool = False, more: str = "", harvest: str = "", place: str = PLAIN
) -> Workspace:
    """Make a workspace whose sources are `office`'s services; `more` is appended to stuckneck.toml.

    `place`: the lines of ``[place]``; without any other, neither networks nor odds are computed.
    """
    services = office.addresses
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stuckneck.toml").write_text(
        f'[sources]\nsynthetic = true\n[sources.epo_ops]\nbase_url = "{services.epo_ops}"\n'
        f'[sources.lens]\nbase_url = "{services.lens}"\nrequests_per_minute = 100000\n[report]\nformats = []\n'
        f"[harvest]\ntopics = {str(topics).lower()}\n{harvest}\n[place]\n{place}{more}",
        encoding="utf-8",
    )
    workspace = write_workspace(folder)[0]
    template.begin(workspace)
    return workspace


def only(workspace: Workspace, *technologies: str) -> None:
    """Watch only these technologies, so that a test is short."""
    kept = []
    for t in load_catalogue(workspace.technologies_file).technologies:
        if t.id in technologies:
            kept.append(
                f'[[technology]]\nid = "{t.id}"\nname_zh = "{t.name_zh}"\nname_en = "{t.name_en}"\n'
                f'number = {t.number}\nstatus = "watched"\nquery = """\n{t.query}\n"""\n'
            )
    workspace.technologies_file.write_text("\n".join(kept), encoding="utf-8")


def command(*words: str) -> list[str]:
    """Return the command line of `stuckneck WORDS` in this interpreter."""
    return [sys.executable, "-m", "app.main", *words]


def environment(**more: str) -> dict[str, str]:
    """Return the environment with the office's credentials."""
    return {**os.environ, **CREDENTIALS, "PYTHONPATH": str(ROOT), **more}


def stuckneck(*words: str, cwd: Path = ROOT, timeout: float = 1200, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*words), cwd=cwd, env=environment(**more), capture_output=True, text=True, timeout=timeout, check=False
    )


def forked(
    *words: str, out: Path, err: Path, cwd: Path = ROOT, before: Callable[[], object] | None = None, **more: str
) -> ForkServerProcess:
    """Start `stuckneck WORDS` in a process of its own that finds the program imported; what it says goes to two files.

    `before` is done in that process first: a function of a module, by `functools.partial` with what it takes.

    For tests that start it over and over: from nothing, it imports for longer than they have it run. Starting from
    nothing is what `stuckneck` and `command` do.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.warm"])
    process = context.Process(target=_run, args=(words, str(out), str(err), str(cwd), {**CREDENTIALS, **more}, before))
    process.start()
    return process


def quick(*words: str, cwd: Path = ROOT, timeout: float = 1200, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end as `forked` starts it."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = forked(*words, out=out, err=err, cwd=cwd, **more)
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(words, timeout, out.read_text(), err.read_text())
        return subprocess.CompletedProcess(words, process.exitcode, out.read_text(), err.read_text())


def _run(
    words: Sequence[str], out: str, err: str, cwd: str, more: dict[str, str], before: Callable[[], object] | None
) -> None:
    for number, file in ((1, out), (2, err)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.chdir(cwd)
    os.environ.update(more)
    sys.argv = ["stuckneck", *words]
    if before is not None:
        before()
    from app.main import main

    main()


def tables(workspace: Workspace, names: Sequence[str]) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of the published snapshot's tables, without run ids, sorted."""
    from warehouse.publish import connect_snapshot, current

    con = connect_snapshot(current(workspace))
    return {name: con.execute(f"SELECT * EXCLUDE (run_id) FROM {name} ORDER BY ALL").fetchall() for name in names}
