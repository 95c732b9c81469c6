"""Many pictures: ``python -m benchmarks.thousand [COUNT]`` builds two JPEG targets of each original of one megapixel.

The same study is built by one process and by two, and a quarter of it by two; then it is built again with nothing left
to do. Times of builds are of the clock, so the machine should have nothing else to do.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from benchmarks import pictures
from benchmarks.timing import show
from compression.build import build, finished
from compression.store import Store
from compression.study import Plan, StimulusDefinition, parse, resolve

Result = TypeVar("Result")
COUNT = 1000
SIDE = 1000  # px
AREA_PX = 256 * 256  # of what is shown: lossless files of it would otherwise take most of the time
BUILDS = ("originals", "processes", "s", "× one process", "most MB, coordinator", "most MB, worker")
AGAIN = ("originals", "processor s to find and hash the files", "to find all made", "ms per stimulus")


@dataclass(frozen=True, slots=True)
class Run:
    """One build: what it is of, and what it took (s, MB)."""

    count: int
    processes: int
    seconds: float
    coordinator_mb: float
    worker_mb: float


def main(count: int) -> None:
    """Draw the pictures, build, and print both tables."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        _apart(_draw, root, count)  # a process begins with the memory of the one that starts it
        runs = [_apart(_built, root, *of) for of in ((count // 4, 2), (count, 2), (count, 1))]
        least = {run.count: run.seconds for run in runs if run.processes == 1}
        show("builds", BUILDS, [_row(run, least.get(run.count)) for run in runs])
        show("again, nothing left to do", AGAIN, [_apart(_again, root, count, 2)])
    print(f"Load of the machine at the end: {os.getloadavg()[0]:.1f} (of {os.cpu_count()} cores)")


def _row(run: Run, alone: float | None) -> tuple[object, ...]:
    faster = alone / run.seconds if alone else "–"
    return run.count, run.processes, run.seconds, faster, run.coordinator_mb, run.worker_mb


def _apart(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a process of its own, whose most memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(function, *arguments).result()


def _draw(root: Path, count: int) -> None:
    """Write JPEG files cut from one large drawn picture, each at another place."""
    large, rng = pictures.drawn(6000, 4500), np.random.default_rng(1)
    for number in range(count):
        left, top = (int(rng.integers(0, side - SIDE)) for side in large.size)
        square = large.crop((left, top, left + SIDE, top + SIDE))
        (root / f"picture_{number}.jpg").write_bytes(pictures.as_jpeg(square))


def _plan(root: Path, count: int) -> Plan:
    methods = [
        {"slug": f"jpeg-{percent}", "title": f"{percent} % smaller", "family": "classical",
         "codec": {"backend": "jpeg", "target_percent_smaller": percent}}
        for percent in (80, 90)
    ]  # fmt: skip
    slugs = [f"picture_{number}" for number in range(count)]
    data = {
        "study": {"slug": "many", "title": "Many", "seed": 1},
        "renditions": {"area_px": AREA_PX},
        "categories": [{"slug": "drawn", "title": "Drawn"}],
        "originals": [{"slug": slug, "category": "drawn", "file": f"{slug}.jpg"} for slug in slugs],
        "methods": methods,
    }
    return resolve(parse(StimulusDefinition, data), root)


def _store(root: Path, count: int, processes: int) -> Store:
    return Store(root / f"store-{count}-{processes}")


def _built(root: Path, count: int, processes: int) -> Run:
    plan, store, start = _plan(root, count), _store(root, count, processes), time.perf_counter()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as executor:
        for _ in build(plan, store, executor):
            pass
    finished(plan, store)
    return Run(count, processes, time.perf_counter() - start, *_most_mb())


def _most_mb() -> Iterator[float]:
    """Yield the most memory of this process, and of the largest that it started."""
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        yield resource.getrusage(who).ru_maxrss / 1024


def _again(root: Path, count: int, processes: int) -> tuple[object, ...]:
    start = time.process_time()
    plan = _plan(root, count)
    found = time.process_time()
    events = list(build(plan, _store(root, count, processes)))
    finished(plan, _store(root, count, processes))
    seconds = time.process_time() - found
    assert all(event.reused for event in events), "everything was made before"
    return count, found - start, seconds, 1000 * seconds / (count * len(plan.methods))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
