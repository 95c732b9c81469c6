"""Build a study's stimuli and renditions; what is finished once is never made again."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from compression import pool, renditions
from compression.cells import Cell, cells, stimulus, versions
from compression.make import make, without_file
from compression.showing import Showing, Showings, largest_pair, made, rendition, show, showings
from compression.store import Store
from compression.types import Plan, Rendition, Stimulus

UNFINISHED = "The study is not built to its end: run the build again, finished work is kept"
WORKER_DIED = "A worker process died, out of memory perhaps: run the build again, finished work is kept"


class BuildError(Exception):
    """The run as a whole cannot go on; the message says what to do. Finished work is kept."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something finished.

    Attributes
    ----------
    kind
        ``stimulus``, ``rendition``, or ``area``: renditions begin anew at a smaller pixel area.
    done, total
        Among the events of this kind (of this area).
    label
        Of the stimulus or original.
    reused
        Whether an earlier run had made it.
    message
        Why a stimulus is not ready, or what happened, in words.
    """

    kind: Literal["stimulus", "rendition", "area"]
    done: int
    total: int
    stimulus: Stimulus | None
    label: str
    reused: bool
    message: str


@dataclass(frozen=True, slots=True)
class Built:
    """A finished study: rows in study order, and what is shown."""

    stimuli: tuple[Stimulus, ...]
    renditions: tuple[Rendition, ...]
    original_renditions: dict[str, Rendition]
    area_px: int


def build(plan: Plan, store: Store, executor: Executor | None = None) -> Iterator[Event]:
    """Make all stimuli, then all renditions, and yield an event as each finishes.

    Parameters
    ----------
    plan
        From :func:`compression.study.resolve`.
    store
        Where results go; with those of an interrupted run the work goes on where it stopped.
    executor
        Any executor whose tasks reach the store's folder; by default processes, as many as the machine has cores.

    Raises
    ------
    BuildError
        When a worker process died. An error of a single stimulus is a record of state ``failed`` instead.
    """
    try:
        with pool.executor_or_own(executor) as running:
            yield from _stimuli(plan, store, running)
            yield from _renditions(plan, store, running)
    except BrokenProcessPool as error:
        raise BuildError(WORKER_DIED) from error


def finished(plan: Plan, store: Store) -> Built:
    """Return the complete result of a build that has run to its end.

    Raises
    ------
    BuildError
        When something is not built yet.
    """
    stimuli = _rows(plan, store)
    area_px = plan.area_px
    while _over_budget(plan, store, stimuli, area_px):
        area_px = _lower(plan, store, stimuli, area_px)
    shown = showings(plan, store, stimuli, area_px)
    if not all(store.get_record(showing.key) for showing in shown.all()):
        raise BuildError(UNFINISHED)
    return _assemble(store, stimuli, shown, area_px)


@dataclass(frozen=True, slots=True)
class _Task:
    cell: Cell
    key: str
    versions: dict[str, str]

    def known(self, store: Store) -> dict[str, Any] | None:
        """Return the record when there is one, or when none can be made; None when there is work to do."""
        if self.cell.absent:
            return without_file(self.cell, "missing", self.cell.absent)
        record = store.get_record(self.key)
        return record if record and ("sha256" not in record or store.has_blob(record["sha256"])) else None

    def make(self, store: Store) -> dict[str, Any]:
        return make(self.cell, self.key, self.versions, store.root)


def _tasks(plan: Plan) -> list[_Task]:
    known = {method.slug: versions(method, plan.root) for method in plan.methods}
    found = ((cell, known[cell.method.slug]) for cell in cells(plan))
    return [_Task(cell, cell.key(versions), versions) for cell, versions in found]


def _rows(plan: Plan, store: Store) -> list[Stimulus]:
    found = [(task.cell, task.known(store)) for task in _tasks(plan)]
    if any(record is None for _, record in found):
        raise BuildError(UNFINISHED)
    return [stimulus(cell, record) for cell, record in found if record]


def _stimuli(plan: Plan, store: Store, executor: Executor) -> Iterator[Event]:
    tasks = _tasks(plan)
    left = []
    done = 0
    for task in tasks:
        record = task.known(store)
        if record is None or record["state"] == "failed":
            left.append(task)
            continue
        done += 1
        yield _stimulus_event(task, record, done, len(tasks), reused=not task.cell.absent)
    for task, record in pool.run(executor, partial(_Task.make, store=store), left):
        done += 1
        yield _stimulus_event(task, record, done, len(tasks), reused=False)


def _stimulus_event(task: _Task, record: dict[str, Any], done: int, total: int, *, reused: bool) -> Event:
    row = stimulus(task.cell, record)
    return Event("stimulus", done, total, row, row.stimulus, reused, row.reason)


def _renditions(plan: Plan, store: Store, executor: Executor) -> Iterator[Event]:
    stimuli = _rows(plan, store)
    area_px = plan.area_px
    yield from _at_area(store, showings(plan, store, stimuli, area_px), executor)
    while _over_budget(plan, store, stimuli, area_px):
        area_px = _lower(plan, store, stimuli, area_px)
        message = f"A pair of pictures is over {plan.pair_budget_bytes} bytes: all are made anew with {area_px} pixels"
        yield Event("area", area_px, plan.area_px, None, str(area_px), False, message)
        yield from _at_area(store, showings(plan, store, stimuli, area_px), executor)


def _at_area(store: Store, shown: Showings, executor: Executor) -> Iterator[Event]:
    everything = shown.all()
    there = [showing for showing in everything if made(store, showing)]
    for done, showing in enumerate(there, 1):
        yield Event("rendition", done, len(everything), None, showing.label, True, "")
    keys = {showing.key for showing in there}
    left: list[Showing] = [showing for showing in everything if showing.key not in keys]
    results = pool.run(executor, partial(show, store=store), left)
    for done, (showing, record) in enumerate(results, len(there) + 1):
        yield Event("rendition", done, len(everything), None, showing.label, False, str(record.get("error", "")))


def _over_budget(plan: Plan, store: Store, stimuli: Sequence[Stimulus], area_px: int) -> bool:
    return largest_pair(store, stimuli, showings(plan, store, stimuli, area_px)) > plan.pair_budget_bytes


def _lower(plan: Plan, store: Store, stimuli: Sequence[Stimulus], area_px: int) -> int:
    pair = largest_pair(store, stimuli, showings(plan, store, stimuli, area_px))
    return renditions.lower(area_px, pair, plan.pair_budget_bytes)


def _assemble(store: Store, stimuli: Sequence[Stimulus], shown: Showings, area_px: int) -> Built:
    found = {slug: rendition(store, showing) for slug, showing in shown.originals.items()}
    originals = {slug: made for slug, made in found.items() if isinstance(made, Rendition)}
    reasons = {slug: made for slug, made in found.items() if isinstance(made, str)}
    own = {row.stimulus: rendition(store, shown.stimuli.get(row.stimulus)) for row in stimuli}
    rows = tuple(_complete(row, own[row.stimulus], originals, reasons) for row in stimuli)
    kept = [made for made in own.values() if isinstance(made, Rendition)]
    unique = {made.sha256: made for made in [*originals.values(), *kept]}
    return Built(rows, tuple(unique.values()), originals, area_px)


def _complete(
    row: Stimulus, own: Rendition | str, originals: dict[str, Rendition], reasons: dict[str, str]
) -> Stimulus:
    """Return the row with what is shown for it; what cannot be shown is not ready."""
    pair = originals.get(row.original)
    row = replace(row, original_rendition_sha256=pair.sha256 if pair else None)
    if isinstance(own, Rendition):
        row = replace(row, rendition_sha256=own.sha256)
    elif row.state in {"ready", "unpaired"}:
        return replace(row, state="failed", reason=own)
    if row.state == "ready" and pair is None:
        return replace(row, state="unpaired", reason=f"Its original cannot be shown: {reasons[row.original]}")
    return row
