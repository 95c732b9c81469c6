"""One cell of the study, an original through a method: what it is made from, and the row it becomes."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from compression.files import Files
from compression.methods import registry
from compression.rates import bits_per_pixel, brotli_bytes
from compression.store import digest
from compression.types import Backend, BestOf, Caption, Lane, Method, Original, Plan, Source, State, Stimulus
from compression.weights import find
from compression.wording import lane_of

UNKNOWN_SIDE = 512  # of a reconstruction whose original is missing, in pixels
FORMAT = 1  # of the records below
Words = Mapping[tuple[str, str], Caption | str]


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
    broken
        Why its words could not be made; empty when they could.
    seed
        For a generating reconstructor: from the study's seed, the original and the method.
    lane
        Where its picture is made.
    draw
        Which of several reconstructions of the same words it is, from 1.
    """

    original: Original
    method: Method
    source: Source | None
    caption: Caption | None
    absent: str
    seed: int
    root: Path
    lane: Lane = "cpu"
    draw: int = 1
    broken: str = ""

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
        best_of = {"best_of": asdict(self.method.best_of)} if self.method.best_of else {}
        return digest(
            {"format": FORMAT, "inputs": inputs, "caption": words, "backends": backends, "versions": dict(versions)}
            | best_of
        )

    def _inputs(self) -> dict[str, Any]:
        original = {"original": self.original.sha256, "bytes": self.original.file_bytes}
        if self.source and (self.method.codec or self.caption):
            return {}
        if self.method.codec:
            return original
        drawn = {"draw": self.draw} if self.lane == "paid" else {"slug": self.original.slug, "seed": self.seed}
        words = drawn | {"size": list(self.size)}
        return words if self.caption else words | original

    def candidates(self, study_seed: int) -> list["Cell"]:
        """Return the cells of a best-of method, one per draw; none for any other method."""
        best_of = self.method.best_of
        if best_of is None or self.broken or self.absent:
            return []
        method = replace(self.method, best_of=None)
        draws = range((self.draw - 1) * best_of.n + 1, self.draw * best_of.n + 1)
        return [
            replace(self, method=method, draw=draw, seed=seed(study_seed, self.original.slug, f"{method.slug}#{draw}"))
            for draw in draws
        ]


@dataclass(frozen=True, slots=True)
class Makers:
    """What the backends of a method say of themselves: their versions, and where they work."""

    versions: dict[str, str]
    lane: Lane

    @classmethod
    def of(cls, method: Method, plan: Plan) -> "Makers":
        """Ask the backends of a method, and the model that chooses among its draws."""
        parts = filter(None, (method.codec, method.captioner, method.reconstructor))
        makers = [registry().make(backend, Files(plan.root)) for backend in parts]
        found: dict[str, str] = {}
        for maker in makers:
            found |= dict(getattr(maker, "versions", {}))
        if method.best_of:
            found |= _choosing(method.best_of, plan)
        return cls(found, lane_of(makers[-1:]))


def _choosing(best_of: BestOf, plan: Plan) -> dict[str, str]:
    weights = find(best_of.model, best_of.revision or None, plan.root)
    hidden = {"watermark": digest(asdict(plan.watermark))} if plan.watermark else {}
    return weights.versions("choosing") | hidden


def cells(plan: Plan, makers: Mapping[str, Makers], words: Words) -> Iterator[Cell]:
    """Yield the cells of a plan in study order: all methods of the first original, then of the next.

    Parameters
    ----------
    makers
        By method's slug.
    words
        Captions that were made, or why they could not be, by method and original.
    """
    for original in plan.originals:
        for method in plan.methods:
            yield _cell(plan, original, method, makers[method.slug].lane, words)


def _cell(plan: Plan, original: Original, method: Method, lane: Lane, words: Words) -> Cell:
    where = (method.slug, original.slug)
    source = plan.sources.get(where)
    made = words.get(where)
    return Cell(
        original=original,
        method=method,
        source=source,
        caption=plan.captions.get(where) or (made if isinstance(made, Caption) else None),
        absent=_absent(plan, original, method, source),
        seed=seed(plan.seed, original.slug, method.slug),
        root=plan.root,
        lane=lane,
        draw=method.draw,
        broken=made if isinstance(made, str) else "",
    )


def _absent(plan: Plan, original: Original, method: Method, source: Source | None) -> str:
    where = (method.slug, original.slug)
    if where in plan.missing_captions:
        return plan.missing_captions[where]
    if source is not None:
        return source.reason
    needed = method.codec is not None or method.best_of is not None or where not in plan.captions
    if original.path is None and needed:
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
    size_bytes = words if method.family == "textual" else file_bytes
    pixels = original.width * original.height or None
    return Stimulus(
        stimulus=cell.stimulus,
        original=original.slug,
        category=original.category,
        method=method.slug,
        family=method.family,
        caption=caption,
        size_bytes=size_bytes,
        file_bytes=file_bytes,
        image_bytes=record.get("image_bytes"),
        width=record.get("width"),
        height=record.get("height"),
        original_bytes=original.file_bytes or None,
        original_pixels=pixels,
        sha256=record.get("sha256"),
        rendition_sha256=None,
        original_rendition_sha256=None,
        state=state,
        reason=reason,
        parameters=record["parameters"],
        versions=record["versions"],
        provenance=record.get("provenance", {}),
        brotli_bytes=record.get("brotli_bytes") or (brotli_bytes(caption) if caption else None),
        bits_per_pixel=bits_per_pixel(size_bytes, pixels),
        curve=method.curve or None,
        point=method.point or None,
        draw=method.draw,
    )


def _state(cell: Cell, record: Mapping[str, Any]) -> tuple[State, str]:
    if record["state"] == "ready" and cell.original.path is None:
        return "unpaired", cell.original.reason
    return record["state"], record["reason"]
