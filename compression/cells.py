"""One cell of the study, an original through a method: what it is made from, and the row it becomes."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compression.files import Files
from compression.methods import registry
from compression.store import digest
from compression.types import Backend, Caption, Method, Original, Plan, Source, State, Stimulus

UNKNOWN_SIDE = 512  # of a reconstruction whose original is missing, in pixels
FORMAT = 1  # of the records below


@dataclass(frozen=True, slots=True)
class Cell:
    """All that decides one stimulus; it travels to a worker process.

    Attributes
    ----------
    source
        The existing file of a file-backed method, else None.
    caption
        Words already known, else None.
    absent
        Why the cell cannot be made at all; empty when it can.
    seed
        For a generating reconstructor: from the study's seed, the original and the method.
    """

    original: Original
    method: Method
    source: Source | None
    caption: Caption | None
    absent: str
    seed: int
    root: Path

    @property
    def stimulus(self) -> str:
        """Identifier of the stimulus."""
        return f"{self.original.slug}.{self.method.slug}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height a reconstruction is asked for, in pixels."""
        return (self.original.width or UNKNOWN_SIDE, self.original.height or UNKNOWN_SIDE)

    @property
    def backends(self) -> list[Backend]:
        """The backends of the method."""
        method = self.method
        return [backend for backend in (method.codec, method.captioner, method.reconstructor) if backend]

    def key(self, versions: Mapping[str, str]) -> str:
        """Return the key of the cell's record: the hash of its inputs, backends, settings and versions."""
        inputs = self._inputs() | ({"source": self.source.sha256} if self.source else {})
        backends = [[backend.kind, backend.name, dict(backend.settings)] for backend in self.backends]
        words = self.caption.text if self.caption else None
        return digest(
            {"format": FORMAT, "inputs": inputs, "caption": words, "backends": backends, "versions": dict(versions)}
        )

    def _inputs(self) -> dict[str, Any]:
        original = {"original": self.original.sha256, "bytes": self.original.file_bytes}
        if self.source and (self.method.codec or self.caption):
            return {}
        if self.method.codec:
            return original
        words = {"slug": self.original.slug, "seed": self.seed, "size": list(self.size)}
        return words if self.caption else words | original


def versions(method: Method, root: Path) -> dict[str, str]:
    """Return the versions of everything that takes part in a method."""
    found: dict[str, str] = {}
    for backend in filter(None, (method.codec, method.captioner, method.reconstructor)):
        found |= dict(getattr(registry().make(backend, Files(root)), "versions", {}))
    return found


def cells(plan: Plan) -> Iterator[Cell]:
    """Yield the cells of a plan in study order: all methods of the first original, then of the next."""
    for original in plan.originals:
        for method in plan.methods:
            yield _cell(plan, original, method)


def _cell(plan: Plan, original: Original, method: Method) -> Cell:
    where = (method.slug, original.slug)
    source = plan.sources.get(where)
    return Cell(
        original, method, source, plan.captions.get(where), _absent(plan, original, method, source),
        seed(plan.seed, original.slug, method.slug), plan.root,
    )  # fmt: skip


def _absent(plan: Plan, original: Original, method: Method, source: Source | None) -> str:
    where = (method.slug, original.slug)
    if where in plan.missing_captions:
        return plan.missing_captions[where]
    if source is not None:
        return source.reason
    if original.path is None and (method.codec is not None or where not in plan.captions):
        return original.reason
    return ""


def seed(study_seed: int, original: str, method: str) -> int:
    """Return a seed of 32 bits for one cell, the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"{study_seed}:{original}:{method}".encode()).digest()[:4])


def stimulus(cell: Cell, record: Mapping[str, Any]) -> Stimulus:
    """Return the row of a cell from its record, without renditions."""
    original, method = cell.original, cell.method
    state, reason = _state(cell, record)
    caption, file_bytes = record.get("caption"), record.get("file_bytes")
    words = Caption(original.slug, caption).size_bytes if caption is not None else None
    return Stimulus(
        stimulus=cell.stimulus,
        original=original.slug,
        category=original.category,
        method=method.slug,
        family=method.family,
        caption=caption,
        size_bytes=words if method.family == "textual" else file_bytes,
        file_bytes=file_bytes,
        image_bytes=record.get("image_bytes"),
        width=record.get("width"),
        height=record.get("height"),
        original_bytes=original.file_bytes or None,
        original_pixels=original.width * original.height or None,
        sha256=record.get("sha256"),
        rendition_sha256=None,
        original_rendition_sha256=None,
        state=state,
        reason=reason,
        parameters=record["parameters"],
        versions=record["versions"],
    )


def _state(cell: Cell, record: Mapping[str, Any]) -> tuple[State, str]:
    if record["state"] == "ready" and cell.original.path is None:
        return "unpaired", cell.original.reason
    return record["state"], record["reason"]
