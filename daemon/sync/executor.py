"""Where batches run: anything that is a concurrent.futures.Executor will do."""

from __future__ import annotations

import multiprocessing
import signal
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


class Processes(ProcessPoolExecutor):
    """Worker processes that Ctrl-C doesn't reach: the batch in hand is finished all the same.

    They inherit the signal mask, so there is no moment in which they would hear it.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future; this is also where new processes are spawned."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def make_executor(kind: str, workers: int, make_context: Callable[[], Context]) -> Executor:
    """An executor whose workers have their context.

    make_context: picklable for processes; they are spawned, for a fork would share connections.
    """
    if kind == "processes":
        fresh = multiprocessing.get_context("spawn")
        setup: dict[str, Any] = {"initializer": worker.start_process, "initargs": (make_context,)}
        return Processes(workers, mp_context=fresh, **setup)
    worker.start(make_context)
    return ThreadPoolExecutor(workers) if kind == "threads" else InlineExecutor()
