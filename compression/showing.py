"""Which renditions a study needs, and the one pixel area at which every pair is within its budget."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from compression import renditions
from compression.errors import PictureError
from compression.files import unchanged
from compression.store import Store, StoreError, digest
from compression.types import Lane, Plan, Rendition, Stimulus, Watermark

MISSING_ORIGINAL = "its original cannot be shown"


@dataclass(frozen=True, slots=True)
class Showing:
    """One rendition to make; it travels to a worker process.

    Attributes
    ----------
    label
        Of the stimulus or original.
    file
        The picture file of an original; None for a stimulus, whose file is in the store.
    via, watermark
        See :func:`compression.renditions.render`.
    """

    label: str
    file: Path | None
    sha256: str
    area_px: int
    via: tuple[int, int] | None
    watermark: Watermark | None = None

    @property
    def lane(self) -> Lane:
        """Any process can resample."""
        return "cpu"

    @property
    def key(self) -> str:
        """Key of its record: the file, the area, the detour, what is hidden and the versions."""
        return _key(self.sha256, self.area_px, self.via, self.watermark)


@lru_cache(maxsize=65_536)
def _key(sha256: str, area_px: int, via: tuple[int, int] | None, watermark: Watermark | None) -> str:
    through = list(via) if via else None
    hidden = {"watermark": asdict(watermark)} if watermark else {}
    return digest({"rendition": sha256, "area": area_px, "via": through, "versions": renditions.versions()} | hidden)


@dataclass(frozen=True, slots=True)
class Showings:
    """All renditions of a study at one area: by original's slug, and by stimulus."""

    originals: Mapping[str, Showing]
    stimuli: Mapping[str, Showing]

    def all(self) -> list[Showing]:
        """Return each rendition once, although several stimuli may share a file."""
        unique = {showing.key: showing for showing in [*self.originals.values(), *self.stimuli.values()]}
        return list(unique.values())


def showings(plan: Plan, store: Store, stimuli: Sequence[Stimulus], area_px: int) -> Showings:
    """Return the renditions of every original and of every stimulus that has a file."""
    sizes = {original.slug: (original.width, original.height) for original in plan.originals if original.path}
    originals = {
        original.slug: Showing(original.slug, original.path, original.sha256, area_px, None, plan.watermark)
        for original in plan.originals
        if original.path
    }
    shown = {
        row.stimulus: Showing(row.stimulus, None, row.sha256, area_px, _via(row, sizes), plan.watermark)
        for row in stimuli
        if row.sha256
    }
    return Showings(originals, shown)


def _via(row: Stimulus, sizes: Mapping[str, tuple[int, int]]) -> tuple[int, int] | None:
    original = sizes.get(row.original)
    own = (row.width, row.height)
    return original if row.family == "classical" and original != own else None


def show(showing: Showing, store: Store) -> dict[str, Any]:
    """Make a rendition, keep file and record, and return the record; a damaged picture becomes ``error``."""
    try:
        data = unchanged(showing.file, showing.sha256) if showing.file else store.intact(showing.sha256)
        rendition = renditions.render(
            store, data, showing.label, showing.sha256, showing.area_px, showing.via, showing.watermark
        )
        record = renditions.to_record(rendition)
    except (PictureError, StoreError, FileNotFoundError) as error:
        record = {"error": str(error)}
    store.put_record(showing.key, record)
    return record


def made(store: Store, showing: Showing) -> bool:
    """Tell whether a rendition is there already."""
    record = store.get_record(showing.key)
    return record is not None and "error" not in record and store.has_blob(record["sha256"])


def largest_pair(store: Store, stimuli: Sequence[Stimulus], shown: Showings) -> int:
    """Return the most bytes (of renditions) that any original and stimulus shown together have."""
    sizes = {key: _size(store, showing) for key, showing in [*shown.originals.items(), *shown.stimuli.items()]}
    pairs = (
        sizes[row.original] + sizes[row.stimulus]
        for row in stimuli
        if row.original in shown.originals and row.stimulus in shown.stimuli
    )
    return max(pairs, default=0)


def _size(store: Store, showing: Showing) -> int:
    record = store.get_record(showing.key) or {}
    return int(record.get("size_bytes", 0))


def rendition(store: Store, showing: Showing | None) -> Rendition | str:
    """Return a rendition, or in words why there is none."""
    record = (store.get_record(showing.key) if showing else None) or {"error": "it is not there"}
    return str(record["error"]) if "error" in record else renditions.from_record(record)
