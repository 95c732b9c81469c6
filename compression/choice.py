"""Best of several: the reconstruction nearest to the original, by a model's similarity; all of them are recorded."""

from dataclasses import dataclass
from typing import Any

from compression import similarity
from compression.files import unchanged
from compression.make import without_file
from compression.store import Store
from compression.tasks import CellTask
from compression.types import BestOf, Lane, Watermark

NO_EVIDENCE = "chosen by this model's similarity, which is therefore no evidence for this stimulus"


@dataclass(frozen=True, slots=True)
class Choice:
    """A best-of stimulus and the records of its draws."""

    task: CellTask
    draws: tuple[dict[str, Any], ...]
    watermark: Watermark | None = None

    @property
    def lane(self) -> Lane:
        """Choosing needs the model."""
        return "model"


def choose(choice: Choice, store: Store) -> dict[str, Any]:
    """Choose, keep and return the stimulus's record: that of the draw it takes, with all draws named.

    Equal similarities are settled for the earlier draw. A draw that failed fails the stimulus: the best of fewer would
    be another method.
    """
    record = _attempt(choice, store) | {"versions": dict(choice.task.versions)}
    store.put_record(choice.task.key, record)
    return record


def _attempt(choice: Choice, store: Store) -> dict[str, Any]:
    for number, draw in enumerate(choice.draws, 1):
        if draw["state"] != "ready":
            return without_file(choice.task.cell, draw["state"], f"draw {number}: {draw['reason']}")
    try:
        return _chosen(choice, store)
    except Exception as error:  # a model may raise anything, and one picture must not stop the run
        return without_file(choice.task.cell, "failed", str(error) or type(error).__name__)


def _chosen(choice: Choice, store: Store) -> dict[str, Any]:
    cell, best_of = choice.task.cell, choice.task.cell.method.best_of
    assert best_of is not None, "only best-of methods have choices"
    assert cell.original.path is not None, "a best-of method compares with its original"
    original = unchanged(cell.original.path, cell.original.sha256)
    pictures = [store.read(draw["sha256"]) for draw in choice.draws]
    found = similarity.compare(original, pictures, best_of.model, best_of.revision, cell.root, choice.watermark)
    cosines = [round(value, 6) for value in found.cosines]
    chosen = max(range(len(cosines)), key=lambda number: (cosines[number], -number))
    record = dict(choice.draws[chosen])
    said = _said(choice, best_of, cosines, chosen, found.identity)
    record["parameters"] = record["parameters"] | {"best_of": said}
    record["provenance"] = record.get("provenance", {}) | {"best_of": said}
    return record


def _said(choice: Choice, best_of: BestOf, cosines: list[float], chosen: int, identity: str) -> dict[str, Any]:
    return {
        "n": best_of.n,
        "model": best_of.model,
        "revision": best_of.revision,
        "weights": identity,
        "chosen": chosen + 1,
        "draws": [
            {"sha256": draw["sha256"], "cosine": cosine} for draw, cosine in zip(choice.draws, cosines, strict=True)
        ],
        "note": NO_EVIDENCE,
    }
