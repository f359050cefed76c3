"""What the whole suite shares: its order, a migrated warehouse to begin from, and one demo workspace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests import alone, template
from warehouse import core, migrate
from words import language

# Processes that tests start find the program compiled, also where the environment keeps Python from storing that: it
# costs each half a second.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("stuckneck", deadline=None)  # no test depends on the speed of the machine
settings.load_profile("stuckneck")


MEMORY = Path("/dev/shm")  # a file system in memory, where there is one
_ROOM = 8 << 30  # the suite holds up to 2.3 GB of files at a time


def _has_room() -> bool:
    """Say whether temporary files may lie in memory: nobody says where, they fit thrice, programs may run there."""
    if {"TMPDIR", "PYTEST_DEBUG_TEMPROOT"} & os.environ.keys() or not MEMORY.is_dir():
        return False
    free, known = os.statvfs(MEMORY), Path("/proc/meminfo").read_text(encoding="ascii")
    available = int(known.partition("MemAvailable:")[2].split()[0]) << 10
    return not free.f_flag & os.ST_NOEXEC and min(free.f_bavail * free.f_frsize, available) > _ROOM


def pytest_configure(config: pytest.Config) -> None:
    """Let `-n` alone keep the tests of a file in one process, which share what it makes, and their order.

    Temporary files lie in memory where there is room: a refresh waits for the disk some three hundred times.
    """
    if _has_room():
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist, config.option.loadscopereorder = "loadfile", False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run unit tests first, then tests/e2e, tests/month and tests/year; within each the order stays.

    Before them all comes the first file that asks for the demo: while one process makes it, the other has files that
    need none, and nobody waits for it. Coverage rests during slow tests: it would add half to what they take.
    """
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.no_cover)
    first = next((item.path for item in items if "demo" in getattr(item, "fixturenames", ())), None)

    def place(item: pytest.Item) -> int:
        if item.path == first:
            return -1
        return next((i for i, name in enumerate(("e2e", "month", "year"), 1) if name in item.path.parts), 0)

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let new warehouses of this process begin as copies (not in tests/warehouse, where migrating is the subject)."""
    made = template.Template(tmp_path_factory.mktemp("template") / "migrated.duckdb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "applied", made.applied)
        patch.setattr(core, "connect", made.connect)
        patch.setattr(template, "begin", made.begin)
        yield


@pytest.fixture(autouse=True)
def language_as_before() -> Iterator[None]:
    """Speak after a test the language that was spoken before it: a command may have been asked for another."""
    before = language.current()
    yield
    if language.current() != before:
        language.use(before)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of `stuckneck demo --families 60`: two refreshes of the simulated office, both published.

    Made once for all processes of the suite, without pyarrow; tests that change something copy it.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with FileLock(shared / "demo.lock"):
        folder = shared / "demo"
        if not (shared / "demo.done").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            command = [*alone.COMMAND, "demo", "--families", "60", "--folder", str(folder)]
            done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            (shared / "demo.done").touch()
    return folder
