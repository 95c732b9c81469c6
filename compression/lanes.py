"""Where work runs: processes for pictures, one process for models, threads for paid calls; yielded as it finishes."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from compression.errors import StopRun
from compression.types import Lane

LANES: tuple[Lane, ...] = ("cpu", "model", "paid")


class Task(Protocol):
    """Work that knows its lane."""

    @property
    def lane(self) -> Lane:
        """Where it runs."""


T = TypeVar("T", bound=Task)
Result = TypeVar("Result")


@dataclass(slots=True)
class Lanes:
    """Executors by lane, made when first needed, and what ends a run early.

    Attributes
    ----------
    given
        An executor that does all but paid work; without it the machine's own processes do.
    caller
        Makes the paid calls; None when nothing may be paid.
    stop
        Asked before each task: true ends the run in good order, once what has begun is finished.
    refused
        Why no more paid calls are made in this run.
    unpaid
        Paid tasks that were left out.
    """

    given: Executor | None = None
    in_flight: int = 2 * (os.cpu_count() or 1)
    caller: Any = None
    stop: Callable[[], bool] = lambda: False
    stopped: bool = False
    refused: StopRun | None = None
    unpaid: int = 0
    _own: dict[Lane, Executor] = field(default_factory=dict)

    def run(self, function: Callable[..., Result], tasks: Iterable[T]) -> Iterator[tuple[T, Result]]:
        """Yield each task with its result as it finishes; few more are submitted than can run.

        Parameters
        ----------
        function
            Called as ``function(task)``; for a paid task as ``function(task, caller=caller)``.
        tasks
            Paid ones are left out, and counted, when there is no caller or it may not go on.
        """
        waiting: dict[Lane, deque[T]] = {lane: deque() for lane in LANES}
        for task in tasks:
            waiting[task.lane].append(task)
        running: dict[Future[Result], T] = {}
        while True:
            self._submit(function, waiting, running)
            if not running:
                return
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                task = running.pop(future)
                try:
                    result = future.result()
                except StopRun as reason:
                    self.refused = self.refused or reason
                    self.unpaid += 1
                    continue
                yield task, result

    def close(self) -> None:
        """End the executors made here; what has begun is finished first."""
        for executor in self._own.values():
            executor.shutdown(wait=True, cancel_futures=True)

    def _submit(
        self, function: Callable[..., Result], waiting: dict[Lane, deque[T]], running: dict[Future[Result], T]
    ) -> None:
        if self.caller is None or self.refused:
            self.unpaid += len(waiting["paid"])
            waiting["paid"].clear()
        for lane in LANES:
            while waiting[lane] and self._has_room(lane, running):
                self.stopped = self.stopped or self.stop()
                if self.stopped:
                    break
                task = waiting[lane].popleft()
                call = partial(function, caller=self.caller) if lane == "paid" else function
                running[self._executor(lane).submit(call, task)] = task

    def _has_room(self, lane: Lane, running: dict[Future[Result], T]) -> bool:
        limit = self.in_flight if lane == "cpu" or (lane == "model" and self.given) else 2
        limit = self.caller.concurrency if lane == "paid" else limit
        return sum(task.lane == lane for task in running.values()) < limit

    def _executor(self, lane: Lane) -> Executor:
        if self.given is not None and lane != "paid":
            return self.given
        if lane not in self._own:
            self._own[lane] = self._make(lane)
        return self._own[lane]

    def _make(self, lane: Lane) -> Executor:
        if lane == "paid":
            return ThreadPoolExecutor(self.caller.concurrency, thread_name_prefix="paid")
        processes = 1 if lane == "model" else os.cpu_count()
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(processes, mp_context=context, initializer=_begin_worker)


@contextmanager
def lanes(
    executor: Executor | None, in_flight: int | None, caller: Any, stop: Callable[[], bool] | None
) -> Iterator[Lanes]:
    """Lend lanes for one run."""
    lent = Lanes(given=executor, caller=caller)
    lent.in_flight = in_flight or lent.in_flight
    lent.stop = stop or lent.stop
    try:
        yield lent
    finally:
        lent.close()


def _begin_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it when it is killed: nobody would wait for this worker any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None, "a pool's worker has a parent"

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
