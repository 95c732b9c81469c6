"""Many tasks on some executor: bounded in flight, yielded as they finish."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


@contextmanager
def executor_or_own(executor: Executor | None) -> Iterator[Executor]:
    """Lend the given executor, or a process pool as large as the machine that ends with the block."""
    if executor is not None:
        yield executor
        return
    context = multiprocessing.get_context("spawn")
    own = ProcessPoolExecutor(os.cpu_count(), mp_context=context, initializer=_begin_worker)
    try:
        yield own
    finally:
        own.shutdown(wait=True, cancel_futures=True)


def run(executor: Executor, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
    """Yield each task with its result as it finishes; few more are submitted than can run."""
    waiting = iter(tasks)
    limit = 2 * (os.cpu_count() or 1)
    running: dict[Future[Result], Task] = {}
    while True:
        for task in islice(waiting, limit - len(running)):
            running[executor.submit(function, task)] = task
        if not running:
            return
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            yield running.pop(future), future.result()


def _begin_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it when it is killed: nobody would wait for this worker any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None, "a pool's worker has a parent"

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
