"""Measure stimuli beside their originals: embeddings by a CLIP model, and codecs' pixels; each only once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from compression import images, local_models, metrics
from compression.errors import PictureError
from compression.files import unchanged
from compression.lanes import lanes
from compression.similarity import Clip
from compression.store import Store, digest
from compression.types import Lane, Original, Plan, Stimulus, Watermark
from compression.watermark import hidden
from compression.weights import versions_of

FORMAT = 1  # of the records below


@dataclass(frozen=True, slots=True)
class Step:
    """Something was measured, or had been already (``reused``)."""

    done: int
    total: int
    label: str
    reused: bool
    message: str


@dataclass(frozen=True, slots=True)
class File:
    """A picture to measure: an original by its path, or what the store keeps."""

    label: str
    sha256: str
    path: Path | None = None

    def pixels(self, store: Store) -> Image.Image:
        """Return its upright sRGB pixels."""
        data = unchanged(self.path, self.sha256) if self.path else store.read(self.sha256)
        return images.read(data, self.label).image


class Task(Protocol):
    """Something to measure; it travels to a worker process."""

    @property
    def lane(self) -> Lane:
        """Where it runs."""

    @property
    def label(self) -> str:
        """What progress calls it."""

    @property
    def key(self) -> str:
        """Key of its record."""

    def measure(self, store: Store) -> dict[str, Any]:
        """Return the record."""


@dataclass(frozen=True, slots=True)
class PixelTask:
    """A codec's pixels beside the original's."""

    original: File
    stimulus: File

    @property
    def lane(self) -> Lane:
        """Any process."""
        return "cpu"

    @property
    def label(self) -> str:
        """The stimulus."""
        return self.stimulus.label

    @property
    def key(self) -> str:
        """Of both files, and of the libraries that measure."""
        versions = versions_of("pillow", "scikit-image", "torch", "torchmetrics")
        return digest({"pixels": FORMAT, "of": [self.original.sha256, self.stimulus.sha256], "versions": versions})

    def measure(self, store: Store) -> dict[str, Any]:
        """Compare both pictures."""
        return metrics.compare(self.original.pixels(store), self.stimulus.pixels(store))


@dataclass(frozen=True, slots=True)
class EmbeddingTask:
    """A picture's embedding by a model, its watermark hidden; the same picture is embedded once, wherever it stands."""

    file: File
    clip: Clip
    watermark: Watermark | None = None

    @property
    def lane(self) -> Lane:
        """The one process that keeps models loaded."""
        return "model"

    @property
    def label(self) -> str:
        """The picture."""
        return self.file.label

    @property
    def key(self) -> str:
        """Of the file, and of the model with its preprocessing."""
        mark = {"watermark": asdict(self.watermark)} if self.watermark else {}
        return digest({"embedding": FORMAT, "of": self.file.sha256, "clip": dict(self.clip.versions)} | mark)

    def measure(self, store: Store) -> dict[str, Any]:
        """Embed the picture and keep the numbers as little-endian float32."""
        vector = self.clip.embed(hidden(self.file.pixels(store), self.watermark))
        return {"float32": store.put_blob(vector.astype("<f4").tobytes()), "size_px": self.clip.size_px}


def measure(
    plan: Plan, stimuli: Sequence[Stimulus], store: Store, clip: Clip | None = None, executor: Executor | None = None
) -> Iterator[Step]:
    """Measure what has not been measured yet, and yield a step for each number or embedding.

    Parameters
    ----------
    plan, stimuli
        A finished study: :func:`compression.build.finished` gives its rows.
    store
        That it was built into; results are kept there.
    clip
        Without one, meaning is not measured.
    executor
        See :func:`compression.build.build`.

    Raises
    ------
    ModelError
        When the model is not there or cannot be loaded.
    """
    if clip is not None:
        local_models.must_be_there(clip.weights)
    wanted = {task.key: task for task in _tasks(plan, stimuli, clip)}
    left = {key: task for key, task in wanted.items() if not _known(store, key)}
    done = 0
    for task in (task for key, task in wanted.items() if key not in left):
        done += 1
        yield Step(done, len(wanted), task.label, True, "")
    with lanes(executor, None, None, None) as running:
        for task, record in running.run(partial(_make, store=store), left.values()):
            done += 1
            yield Step(done, len(wanted), task.label, False, record.get("error", ""))


def _tasks(plan: Plan, stimuli: Sequence[Stimulus], clip: Clip | None) -> Iterator[Task]:
    originals = {original.slug: original for original in plan.originals}
    for row in stimuli:
        if pair := pair_of(row, originals[row.original]):
            if row.family == "classical":
                yield PixelTask(*pair)
            if clip is not None:
                yield from (EmbeddingTask(file, clip, plan.watermark) for file in pair)


def pair_of(row: Stimulus, original: Original) -> tuple[File, File] | None:
    """Return the files of a stimulus and its original, None when one of them is not there."""
    if row.state != "ready" or row.sha256 is None or original.path is None:
        return None
    name = f"Original {original.path.name}"
    return File(name, original.sha256, original.path), File(row.stimulus, row.sha256)


def _make(task: Task, store: Store) -> dict[str, Any]:
    try:
        record = task.measure(store)
    except (PictureError, FileNotFoundError) as error:
        record = {"error": str(error)}
    store.put_record(task.key, record)
    return record


def _known(store: Store, key: str) -> bool:
    record = store.get_record(key)
    return (
        record is not None and "error" not in record and ("float32" not in record or store.has_blob(record["float32"]))
    )
