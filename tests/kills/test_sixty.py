"""Sixty SIGKILLs over everything that writes: afterwards all is as if nothing had happened."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from office.service.office import Office
from tests.kills.base import bases
from tests.kills.victims import OPERATIONS, kill_again_and_again
from tests.schedules.small_house import FIRST, corpus

KILLS = {"refresh": 10, "import": 8, "place": 8, "publish": 6, "backup": 6, "restore": 6, "prune": 6, "daemon": 6,
         "page": 4}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    with Office(corpus(), FIRST) as office:
        yield bases(tmp_path_factory.mktemp("bases"), office)


def test_there_are_sixty_over_every_operation() -> None:
    assert sum(KILLS.values()) == 60
    assert set(KILLS) == set(OPERATIONS)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
@pytest.mark.parametrize("name", KILLS)
def test_killed_and_done_again(name: str, made: dict[str, Path], tmp_path: Path) -> None:
    done = kill_again_and_again(name, made[name], tmp_path, KILLS[name], random.Random(f"sixty {name}"))
    assert done.wrong == []
    assert done.kills == KILLS[name], "each kill struck"
