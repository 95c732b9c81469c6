"""The steps that make a study's stimuli: which there are, which are done, and which go to one process together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from compression.cells import Cell, Makers, Words, cells
from compression.make import Pixels, make, without_file
from compression.store import Store
from compression.types import Lane, Plan
from compression.wording import CaptionTask, caption_from, caption_tasks


@dataclass(frozen=True, slots=True)
class CellTask:
    """One stimulus to make, or one of the draws that a best-of method chooses from.

    Attributes
    ----------
    draws
        Those of a best-of method; none of any other.
    """

    cell: Cell
    key: str
    versions: dict[str, str]
    draws: tuple["CellTask", ...] = ()

    @property
    def lane(self) -> Lane:
        """Where it runs; choosing among draws needs the model."""
        return "model" if self.cell.method.best_of else self.cell.lane

    def known(self, store: Store) -> dict[str, Any] | None:
        """Return the record when there is one, or when none can be made; None when there is work to do."""
        if self.cell.absent:
            return without_file(self.cell, "missing", self.cell.absent)
        if self.cell.broken:
            return without_file(self.cell, "failed", self.cell.broken)
        record = store.get_record(self.key)
        return record if record and ("sha256" not in record or store.has_blob(record["sha256"])) else None


@dataclass(frozen=True, slots=True)
class Batch:
    """Stimuli made one after the other in one process, so that their original is decoded once."""

    tasks: tuple[CellTask, ...]

    @property
    def lane(self) -> Lane:
        """Where they run."""
        return self.tasks[0].lane

    def make(self, store: Store, caller: Any = None) -> list[dict[str, Any]]:
        """Make all of them and return their records in order."""
        pixels = Pixels()
        return [make(task.cell, task.key, task.versions, store, pixels, caller) for task in self.tasks]


def captions(plan: Plan, shard: tuple[int, int] | None = None) -> dict[tuple[str, str], CaptionTask]:
    """Return the captions to make, by method and original."""
    mine = slugs(plan, shard)
    return {where: task for where, task in caption_tasks(plan).items() if where[1] in mine}


def _words(wanted: Mapping[tuple[str, str], CaptionTask], store: Store) -> Words:
    """Return the captions that were made, and why others could not be."""
    found: dict[tuple[str, str], Any] = {}
    for where, task in wanted.items():
        record = store.get_record(task.key)
        if record and record["state"] == "ready":
            found[where] = caption_from(record, task.original.slug)
        elif record:
            found[where] = f"Its words could not be made: {record['reason']}"
    return found


def cell_tasks(plan: Plan, store: Store, shard: tuple[int, int] | None = None) -> list[CellTask]:
    """Return a task per cell of the plan whose words are settled; others wait for theirs."""
    makers = {method.slug: Makers.of(method, plan) for method in plan.methods}
    drawing = {method.slug: Makers.of(replace(method, best_of=None), plan) for method in plan.methods if method.best_of}
    awaited, mine = caption_tasks(plan), slugs(plan, shard)
    made = _words(awaited, store)
    return [
        _task(cell, makers, [_task(one, drawing) for one in cell.candidates(plan.seed)])
        for cell in cells(plan, makers, made)
        if cell.original.slug in mine and not _waits(cell, awaited, made)
    ]


def batches(tasks: Iterable[CellTask]) -> Iterator[Batch]:
    """Put the encodings of one original together; everything else stays alone."""
    for original, group in groupby(tasks, key=_together):
        members = tuple(group)
        if original:
            yield Batch(members)
        else:
            yield from (Batch((task,)) for task in members)


def slugs(plan: Plan, shard: tuple[int, int] | None) -> set[str]:
    """Return the originals of a shard ``(i, n)``, every n-th from the i-th, or all of them."""
    number, of = shard or (1, 1)
    return {original.slug for original in plan.originals[number - 1 :: of]}


def _task(cell: Cell, makers: Mapping[str, Makers], draws: Iterable[CellTask] = ()) -> CellTask:
    versions = makers[cell.method.slug].versions
    return CellTask(cell, cell.key(versions), versions, tuple(draws))


def _waits(cell: Cell, awaited: Mapping[tuple[str, str], CaptionTask], made: Words) -> bool:
    where = (cell.method.slug, cell.original.slug)
    return where in awaited and where not in made


def _together(task: CellTask) -> str:
    """Name what tasks share when they are an encoder's, and nothing otherwise."""
    cell = task.cell
    return cell.original.slug if cell.method.codec and cell.source is None else ""
