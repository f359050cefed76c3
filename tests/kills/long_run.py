"""A long run of SIGKILLs: ``python -m tests.kills.long_run 1000`` kills that often and says how each round went.

A round is some kills of one operation on a workspace of its own (`victims.kill_again_and_again`).
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
from collections import Counter
from pathlib import Path

from office.service.office import Office
from tests.kills.base import bases
from tests.kills.victims import OPERATIONS, kill_again_and_again
from tests.schedules.small_house import FIRST, corpus


def main(wanted: int, a_round: int, seed: int) -> int:
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
                done = kill_again_and_again(name, made[name], Path(beside), min(a_round, wanted - struck.total()), dice)
            struck[name] += done.kills
            wrong += bool(done.wrong)
            print(struck.total(), name, done.kills, "; ".join(done.wrong) or "as if nothing had happened", flush=True)
    print(f"{struck.total()} kills: {dict(struck)}; {wrong} rounds with something wrong", flush=True)
    return wrong


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Kill the operations of tests.kills, one after the other, and go on.")
    options.add_argument("kills", type=int, help="how many kills are to strike")
    options.add_argument("--round", type=int, default=10, help="kills of one operation in a row (10)")
    options.add_argument("--seed", type=int, default=1, help="another seed kills at other acts (1)")
    given = options.parse_args()
    raise SystemExit(min(1, main(given.kills, given.round, given.seed)))
