"""A long run of SIGKILLs: ``python -m tests.kills.long_run 1000`` kills that often and says how each round went.

A round is a few kills of one operation on workspaces of its own (`victims.kill_again_and_again`).
"""

from __future__ import annotations

import itertools
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from office.service.office import Office
from tests.kills.base import bases
from tests.kills.victims import OPERATIONS, kill_again_and_again
from tests.schedules.small_house import FIRST, corpus

ROUND = 6


def main(wanted: int, seed: int = 1) -> int:
    """Kill until `wanted` kills have struck; return how many rounds found something wrong."""
    struck: Counter[str] = Counter()
    wrong = 0
    with Office(corpus(), FIRST) as office, tempfile.TemporaryDirectory() as folder:
        made = bases(Path(folder, "bases"), office)
        for number, name in enumerate(itertools.cycle(OPERATIONS)):
            if struck.total() >= wanted:
                break
            with tempfile.TemporaryDirectory() as beside:
                dice = random.Random(f"{seed} {number} {name}")
                done = kill_again_and_again(name, made[name], Path(beside), ROUND, dice)
            struck[name] += done.kills
            wrong += bool(done.wrong)
            print(struck.total(), name, done.kills, "; ".join(done.wrong) or "as if nothing had happened", flush=True)
    print(f"{struck.total()} kills: {dict(struck)}; {wrong} rounds with something wrong", flush=True)
    return wrong


if __name__ == "__main__":
    raise SystemExit(min(1, main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)))
