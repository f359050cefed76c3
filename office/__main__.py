"""``python -m office``: open a simulated patent office on the loopback interface and keep it open."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from datetime import date

from office.corpus.corpus import DEFAULT_SEED, DEFAULT_SIZE, build_corpus
from office.corpus.population import T0
from office.service.faults import Limits
from office.service.office import Office


def main(arguments: list[str] | None = None) -> int:
    """Start the office, print the services' addresses (one per line), serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m office", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--size", type=int, default=DEFAULT_SIZE, help="families per technology after screening")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="seed of the synthetic corpus")
    parser.add_argument("--date", type=date.fromisoformat, default=T0, help="the office's date (default 2021-05-31)")
    parser.add_argument("--real-limits", action="store_true", help="keep to the real services' limits")
    parser.add_argument("--minute", type=float, default=60.0, help="real seconds of one minute of the limits")
    parser.add_argument("--while-input-open", action="store_true", help="end when standard input ends")
    chosen = parser.parse_args(arguments)
    if chosen.while_input_open:  # the process that started it holds the other end, and may be killed
        threading.Thread(target=_end_with_input, daemon=True).start()
    limits = Limits.real(chosen.minute) if chosen.real_limits else Limits(minute=chosen.minute)
    office = Office(build_corpus(chosen.seed, chosen.size), chosen.date, limits=limits, port=chosen.port)
    with office:
        print(f"epo_ops {office.addresses.epo_ops}", flush=True)
        print(f"lens {office.addresses.lens}", flush=True)
        print(f"google_bigquery {office.addresses.google_bigquery}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _end_with_input() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
