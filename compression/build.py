"""Build a study's stimuli and renditions; what is finished once is never made again."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from compression import choice, renditions, tasks
from compression.cells import stimulus
from compression.lanes import Lanes, lanes
from compression.remembered import Remembered
from compression.showing import Showing, Showings, largest_pair, made, rendition, show, showings
from compression.store import Store
from compression.tasks import Batch, CellTask
from compression.types import Lane, Plan, Rendition, Stimulus
from compression.wording import CaptionTask

UNFINISHED = "The study is not built to its end: run the build again, finished work is kept"
WORKER_DIED = "A worker process died, out of memory perhaps: run the build again, finished work is kept"
STOPPED = "Stopped as asked: run the build again to go on, finished work is kept"


class BuildError(Exception):
    """The run as a whole cannot go on; the message says what to do. Finished work is kept."""


class BuildStopped(BuildError):  # noqa: N818  it ends a run in good order
    """The run was asked to stop."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something finished.

    Attributes
    ----------
    kind
        ``caption``, ``draw`` (one that a best-of method chooses from), ``stimulus``, ``rendition``, or ``area``:
        renditions begin anew at a smaller pixel area.
    done, total
        Among the events of this kind (of this area).
    label
        Of the stimulus or original.
    reused
        Whether an earlier run had made it.
    message
        Why a stimulus is not ready, or what happened, in words.
    """

    kind: Literal["caption", "draw", "stimulus", "rendition", "area"]
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


def build(
    plan: Plan,
    store: Store,
    executor: Executor | None = None,
    *,
    caller: Any = None,
    stop: Callable[[], bool] | None = None,
    retry_failed: bool = False,
    shard: tuple[int, int] | None = None,
    in_flight: int | None = None,
) -> Iterator[Event]:
    """Make all captions, stimuli and renditions, and yield an event as each finishes.

    Parameters
    ----------
    plan
        From :func:`compression.study.resolve`.
    store
        Where results go; with those of an interrupted run the work goes on where it stopped.
    executor
        Any executor whose tasks reach the store and the study's files; by default processes, as many as the machine
        has cores.
    caller
        Makes the paid calls (:class:`compression.calls.Caller`); without one, none are made.
    stop
        Asked between steps; when it says yes the run ends in good order.
    retry_failed
        Whether paid steps that failed are tried again; others always are.
    shard
        ``(i, n)``: only every n-th original from the i-th, whose stimuli are made and shown at the plan's area.
    in_flight
        Most tasks given to the executor at a time; twice the machine's cores by default.

    Raises
    ------
    BuildStopped
        When ``stop`` said yes.
    BuildError
        When a worker process died, or paid calls are left that may not be made. An error of a single stimulus is a
        record of state ``failed`` instead.
    """
    try:
        with lanes(executor, in_flight, caller, stop) as running:
            yield from _Run(plan, store, running, retry_failed, shard).events()
    except BrokenProcessPool as error:
        raise BuildError(WORKER_DIED) from error


def finished(plan: Plan, store: Store) -> Built:
    """Return the complete result of a build that has run to its end.

    Raises
    ------
    BuildError
        When something is not built yet.
    """
    store = Remembered.of(store)
    stimuli = _rows(plan, store)
    area_px = plan.area_px
    while _over_budget(plan, store, stimuli, area_px):
        area_px = _lower(plan, store, stimuli, area_px)
    shown = showings(plan, store, stimuli, area_px)
    if not all(store.get_record(showing.key) for showing in shown.all()):
        raise BuildError(UNFINISHED)
    return _assemble(store, stimuli, shown, area_px)


@dataclass(slots=True)
class _Run:
    """One run over a plan."""

    plan: Plan
    store: Store
    lanes: Lanes
    retry_failed: bool
    shard: tuple[int, int] | None

    def events(self) -> Iterator[Event]:
        known = Remembered.of(self.store)
        yield from self._captions(known)
        yield from self._stimuli(known)
        self._may_go_on()
        yield from self._renditions(known)
        self._may_go_on()

    def _may_go_on(self) -> None:
        if self.lanes.stopped:
            raise BuildStopped(STOPPED)
        if self.lanes.refused:
            raise BuildError(f"{self.lanes.refused}. Finished work is kept")
        if self.lanes.unpaid:
            raise BuildError(
                f"{self.lanes.unpaid} steps need paid calls, and none may be made: "
                "see what they cost (--dry-run), then give the run a limit (--max-cost, --max-calls)"
            )

    def _captions(self, known: Store) -> Iterator[Event]:
        wanted = {task.key: task for task in tasks.captions(self.plan, self.shard).values()}
        left, done = [], 0
        for task in wanted.values():
            record = known.get_record(task.key)
            if record is None or self._again(record, task.lane):
                left.append(task)
                continue
            done += 1
            yield Event("caption", done, len(wanted), None, task.label, True, record["reason"])
        for task, record in self.lanes.run(partial(_make_caption, store=self.store), left):
            done += 1
            yield Event("caption", done, len(wanted), None, task.label, False, record["reason"])

    def _stimuli(self, known: Store) -> Iterator[Event]:
        everything = tasks.cell_tasks(self.plan, known, self.shard)
        left: list[CellTask] = []
        done = 0
        for task in everything:
            record = task.known(known)
            if record is None or (not task.cell.broken and self._again(record, task.lane)):
                left.append(task)
                continue
            done += 1
            there = not (task.cell.absent or task.cell.broken)
            yield _stimulus_event(task, record, done, len(everything), reused=there)
        choices = [task for task in left if task.cell.method.best_of]
        yield from self._draws(choices, known)
        plain = tasks.batches(task for task in left if not task.cell.method.best_of)
        for task, record in self._made(plain):
            done += 1
            yield _stimulus_event(task, record, done, len(everything), reused=False)
        found = self._choosable(choices, known)
        for chosen, record in self.lanes.run(partial(choice.choose, store=self.store), found):
            done += 1
            yield _stimulus_event(chosen.task, record, done, len(everything), reused=False)

    def _draws(self, choices: list[CellTask], known: Store) -> Iterator[Event]:
        everything = [draw for task in choices for draw in task.draws]
        left = [task for task in everything if (found := task.known(known)) is None or self._again(found, task.lane)]
        done = len(everything) - len(left)
        for task, record in self._made(tasks.batches(left)):
            done += 1
            label = f"{task.cell.stimulus}, draw {task.cell.draw}"
            yield Event("draw", done, len(everything), None, label, False, record["reason"])

    def _choosable(self, choices: list[CellTask], known: Store) -> Iterator[choice.Choice]:
        for task in choices:
            records = [draw.known(known) for draw in task.draws]
            if all(records):
                yield choice.Choice(task, tuple(record for record in records if record), self.plan.watermark)

    def _made(self, wanted: Iterator[Batch]) -> Iterator[tuple[CellTask, dict[str, Any]]]:
        for batch, records in self.lanes.run(partial(_make_batch, store=self.store), wanted):
            yield from zip(batch.tasks, records, strict=True)

    def _again(self, record: dict[str, Any], lane: Lane) -> bool:
        if record["state"] != "failed":
            return False
        repeat = self.retry_failed or getattr(self.lanes.caller, "repeat_possibly_billed", False)
        return lane != "paid" or (repeat and self.lanes.caller is not None)

    def _renditions(self, known: Store) -> Iterator[Event]:
        if self.shard is not None:
            stimuli = _rows(self.plan, known, self.shard)
            yield from _at_area(self.store, known, _mine(self.plan, known, stimuli, self.shard), self.lanes)
            return
        yield from _renditions(self.plan, self.store, known, self.lanes)


def _make_caption(task: CaptionTask, store: Store, caller: Any = None) -> dict[str, Any]:
    return task.make(store, caller)


def _make_batch(batch: Batch, store: Store, caller: Any = None) -> list[dict[str, Any]]:
    return batch.make(store, caller)


def _rows(plan: Plan, store: Store, shard: tuple[int, int] | None = None) -> list[Stimulus]:
    known = tasks.cell_tasks(plan, store, shard)
    found = [(task.cell, task.known(store)) for task in known]
    if len(known) < len(tasks.slugs(plan, shard)) * len(plan.methods) or any(record is None for _, record in found):
        raise BuildError(UNFINISHED)
    return [stimulus(cell, record) for cell, record in found if record]


def _mine(plan: Plan, store: Store, stimuli: Sequence[Stimulus], shard: tuple[int, int]) -> Showings:
    everything, mine = showings(plan, store, stimuli, plan.area_px), tasks.slugs(plan, shard)
    return replace(everything, originals={slug: one for slug, one in everything.originals.items() if slug in mine})


def _stimulus_event(task: CellTask, record: dict[str, Any], done: int, total: int, *, reused: bool) -> Event:
    row = stimulus(task.cell, record)
    return Event("stimulus", done, total, row, row.stimulus, reused, row.reason)


def _renditions(plan: Plan, store: Store, known: Store, running: Lanes) -> Iterator[Event]:
    stimuli = _rows(plan, known)
    area_px = plan.area_px
    yield from _at_area(store, known, showings(plan, known, stimuli, area_px), running)
    while not running.stopped and _over_budget(plan, known, stimuli, area_px):
        area_px = _lower(plan, known, stimuli, area_px)
        message = f"A pair of pictures is over {plan.pair_budget_bytes} bytes: all are made anew with {area_px} pixels"
        yield Event("area", area_px, plan.area_px, None, str(area_px), False, message)
        yield from _at_area(store, known, showings(plan, known, stimuli, area_px), running)


def _at_area(store: Store, known: Store, shown: Showings, running: Lanes) -> Iterator[Event]:
    everything = shown.all()
    there = [showing for showing in everything if made(known, showing)]
    for done, showing in enumerate(there, 1):
        yield Event("rendition", done, len(everything), None, showing.label, True, "")
    keys = {showing.key for showing in there}
    left: list[Showing] = [showing for showing in everything if showing.key not in keys]
    results = running.run(partial(show, store=store), left)
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
