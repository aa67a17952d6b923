"""Where batches run: anything that is a concurrent.futures.Executor will do."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from daemon.sync import worker
from daemon.sync.context import Context

P = ParamSpec("P")
T = TypeVar("T")


class InlineExecutor(Executor):
    """Runs the work at once, in the calling thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future that is done already."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 — the future carries it, as with any executor
            future.set_exception(error)
        return future


def make_executor(kind: str, workers: int, make_context: Callable[[], Context]) -> Executor:
    """An executor whose workers have their context.

    make_context: picklable for processes; they are spawned, for a fork would share connections.
    """
    setup: dict[str, Any] = {"initializer": worker.start, "initargs": (make_context,)}
    if kind == "processes":
        fresh = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, mp_context=fresh, **setup)
    worker.start(make_context)
    return ThreadPoolExecutor(workers) if kind == "threads" else InlineExecutor()
