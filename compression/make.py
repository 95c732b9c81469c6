"""Make one stimulus: the work of one task, in whatever process it runs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from compression import images, jpeg_file, provenance
from compression.cells import Cell
from compression.errors import InfeasibleError, MissingFile, StopRun
from compression.files import Files, unchanged
from compression.methods import registry
from compression.rates import brotli_bytes
from compression.store import Store
from compression.types import Backend, Caption, FileBacked, Original, Reconstruction


@dataclass(frozen=True, slots=True)
class Made:
    """A picture file that stands for an original, and how it came about."""

    data: bytes
    width: int
    height: int
    media_type: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    caption: Caption | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Pixels:
    """The decoded original that several cells share: one at a time, since it can be large."""

    _path: Path | None = None
    _picture: images.Picture | None = None

    def of(self, original: Original) -> images.Picture:
        """Return an original's pixels, decoded once for all cells in a row that want them."""
        assert original.path is not None, "cells without their original are not made"
        if self._picture is None or self._path != original.path:
            self._picture = None
            data = unchanged(original.path, original.sha256)
            self._picture = images.read(data, f"Original {original.path.name}")
            self._path = original.path
        return self._picture


def make(
    cell: Cell, key: str, versions: Mapping[str, str], store: Store, pixels: Pixels, caller: Any = None
) -> dict[str, Any]:
    """Make a cell's stimulus, keep file and record, and return the record.

    What goes wrong with this one becomes a record of its own; only the store's own errors and what ends a run are
    raised.

    Parameters
    ----------
    pixels
        Keeps the decoded original from one cell to the next.
    caller
        Makes paid calls (a :class:`compression.calls.Caller`); only paid backends need one.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    made = _attempt(cell, pixels, caller)
    record = made if isinstance(made, dict) else _ready(cell, made, store)
    record["versions"] = dict(versions)
    times = {"started_at": started.isoformat(timespec="seconds"), "seconds": round(time.monotonic() - clock, 3)}
    record["provenance"] = provenance.of(cell, versions, record.pop("provenance", {}), times)
    store.put_record(key, record)
    return record


def _attempt(cell: Cell, pixels: Pixels, caller: Any) -> Made | dict[str, Any]:
    try:
        return _classical(cell, cell.method.codec, pixels) if cell.method.codec else _textual(cell, caller)
    except StopRun:
        raise
    except InfeasibleError as error:
        return without_file(cell, "infeasible", error.reason, error.parameters)
    except MissingFile as error:
        return without_file(cell, "missing", str(error))
    except Exception as error:  # a backend may raise anything, and one picture must not stop the run
        failed = without_file(cell, "failed", str(error) or type(error).__name__)
        return failed | {"provenance": dict(getattr(error, "provenance", {}))}


def without_file(cell: Cell, state: str, reason: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the record of a stimulus that has no file."""
    caption = cell.caption.text if cell.caption else None
    return {
        "state": state, "reason": reason, "caption": caption, "versions": {},
        "parameters": _settings(cell) | dict(parameters or {}),
    }  # fmt: skip


def _ready(cell: Cell, made: Made, store: Store) -> dict[str, Any]:
    return {
        "state": "ready",
        "reason": "",
        "caption": made.caption.text if made.caption else None,
        "brotli_bytes": brotli_bytes(made.caption.text) if made.caption else None,
        "sha256": store.put_blob(made.data),
        "file_bytes": len(made.data),
        "image_bytes": jpeg_file.image_bytes(made.data),
        "width": made.width,
        "height": made.height,
        "media_type": made.media_type,
        "parameters": _settings(cell) | dict(made.parameters),
        "provenance": dict(made.provenance),
    }


def _settings(cell: Cell) -> dict[str, Any]:
    return {
        backend.kind: {"backend": backend.name}
        | {key: value for key, value in backend.settings.items() if value is not None}
        for backend in cell.backends
    }


def _classical(cell: Cell, backend: Backend, pixels: Pixels) -> Made:
    codec = registry().make_codec(backend, Files(cell.root))
    if isinstance(codec, FileBacked):
        return _existing(cell)
    picture = pixels.of(cell.original)
    encoded = codec.encode(picture.image, cell.original)
    parameters = dict(encoded.parameters) | _notes("original_notes", picture)
    return Made(encoded.data, encoded.width, encoded.height, encoded.media_type, parameters)


def _textual(cell: Cell, caller: Any) -> Made:
    reconstructor = registry().make_reconstructor(_required(cell.method.reconstructor), Files(cell.root))
    caption = cell.caption
    if isinstance(reconstructor, FileBacked):
        return _existing(cell, caption)
    if caption is None:
        raise MissingFile(f"there is no caption for {cell.original.slug} to reconstruct from", "write one")
    number = cell.draw if cell.lane == "paid" else cell.seed
    extra = {"caller": caller} if cell.lane == "paid" else {}
    made = reconstructor.reconstruct(caption.text, cell.original.slug, number, *cell.size, **extra)
    if not isinstance(made, Reconstruction):
        made = Reconstruction(made)
    offered = {"seed": cell.seed} if cell.lane != "paid" else {"draw": cell.draw}
    name = f"The reconstruction {cell.stimulus}"
    return replace(_checked(made.data, name, caption, offered), provenance=made.provenance)


def _existing(cell: Cell, caption: Caption | None = None) -> Made:
    assert cell.source is not None, "a file-backed method has a source in every cell"
    assert cell.source.path is not None, "cells whose file is missing are not made"
    return _checked(unchanged(cell.source.path, cell.source.sha256), cell.source.path.name, caption, {})


def _checked(data: bytes, name: str, caption: Caption | None, parameters: dict[str, Any]) -> Made:
    picture = images.read(data, name)
    notes = parameters | _notes("notes", picture)
    return Made(data, picture.width, picture.height, picture.media_type, notes, caption)


def _notes(name: str, picture: images.Picture) -> dict[str, Any]:
    return {name: list(picture.notes)} if picture.notes else {}


def _required(backend: Backend | None) -> Backend:
    assert backend is not None, "the study file's check gives every textual method both"
    return backend
