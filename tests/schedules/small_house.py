"""A small workspace against a simulated office: three technologies, no topics, no reports."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import count
from pathlib import Path

from etl.catalogue.load import packaged_catalogue
from office.corpus.corpus import Corpus
from office.service.office import Office
from tests import template
from tests.corpora import small
from warehouse.workspace import Workspace

FIRST = date(2021, 5, 31)
TECHNOLOGIES = ("lidar", "chip", "common-rail")
CREDENTIALS = {"STUCKNECK_OPS_KEY": "demo", "STUCKNECK_OPS_SECRET": "demo", "STUCKNECK_LENS_TOKEN": "demo"}


@cache
def corpus() -> Corpus:
    return small()


def small_workspace(folder: Path, office: Office, more: str = "") -> Workspace:
    """Make the workspace; `more` is appended to stuckneck.toml."""
    services = office.addresses
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stuckneck.toml").write_text(
        f'[sources]\nsynthetic = true\n[sources.epo_ops]\nbase_url = "{services.epo_ops}"\n'
        f'[sources.lens]\nbase_url = "{services.lens}"\nrequests_per_minute = 100000\n'
        f"[report]\nformats = []\n[harvest]\ntopics = false\nenrichment_requests = 0\n"
        f"[place]\nnetwork = false\nbootstrap_draws = 50\n{more}",
        encoding="utf-8",
    )
    known = {t.id: t for t in packaged_catalogue().technologies}
    parts = ['[edition]\nname = "small"\n']
    for name in TECHNOLOGIES:
        one = known[name]
        parts.append(
            f'[[technology]]\nid = "{name}"\nnumber = {one.number}\nname_zh = "{one.name_zh}"\n'
            f"name_en = \"{one.name_en}\"\nstatus = \"watched\"\nquery = '''\n{one.query}\n'''\n"
        )
    (folder / "technologies.toml").write_text("\n".join(parts), encoding="utf-8")
    topics = files("etl.catalogue").joinpath("topics.toml").read_text(encoding="utf-8")
    (folder / "topics.toml").write_text(topics, encoding="utf-8")
    workspace = Workspace(folder.resolve())
    workspace.make_folders()
    template.begin(workspace)
    return workspace


class Started:
    """`stuckneck WORDS` in a process of its own, forked from one that has imported the program."""

    def __init__(self, words: Sequence[str], folder: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["app.main", "app.watch.refresh", "schedules.timetable.daemon"])
        self._errors = folder / f"{next(_NUMBER)}.err"
        self._process = context.Process(target=_run, args=(words, str(self._errors)))
        self._process.start()

    def send_signal(self, how: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, how)

    def ended(self, timeout: float) -> tuple[int, str]:
        """Wait for its end; return (its exit code, what it said on stderr)."""
        self._process.join(timeout)
        assert self._process.exitcode is not None, "it hangs"
        return self._process.exitcode, self._errors.read_text()


_NUMBER = count(1)


def _run(words: Sequence[str], errors: str) -> None:
    for number, file in ((1, os.devnull), (2, errors)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
    os.environ.update(CREDENTIALS)
    sys.argv = ["stuckneck", *words]
    from app.main import main

    main()
