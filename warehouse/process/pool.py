"""Processes that work for this one, which end when it does."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from warehouse.process.interruption import end_with_parent, starting_processes

P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """Hands work to other processes. Use `pool_of`."""

    def __init__(self, executor: ProcessPoolExecutor) -> None:
        self._executor = executor

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have `work` done. A process is started where none is idle."""
        with starting_processes():
            return self._executor.submit(work, *args, **kwargs)


@contextmanager
def pool_of(processes: int, begin: Callable[..., object] | None = None, *args: object) -> Iterator[Pool]:
    """Start up to `processes` fresh processes, as work comes in; each first calls `begin` with `args`.

    They finish their work at the end of the block; when it is left by an error, a signal or the end of a generator,
    only what they have begun. They end with this process, whatever ends it.
    """
    context = multiprocessing.get_context("spawn")  # a fork would copy a database connection's threads half-way
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(begin, args)) as executor:
        try:
            yield Pool(executor)
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _begin(begin: Callable[..., object] | None, args: tuple[object, ...]) -> None:
    end_with_parent()
    if begin is not None:
        begin(*args)
