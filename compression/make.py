"""Make one stimulus: the work of one task, in whatever process it runs."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compression import images, jpeg_file
from compression.cells import Cell
from compression.errors import InfeasibleError, MissingFile, PictureError
from compression.files import Files
from compression.methods import registry
from compression.store import Store
from compression.types import Backend, Caption, FileBacked, Reconstruction

AGAIN = "run the command again"


@dataclass(frozen=True, slots=True)
class Made:
    """A picture file that stands for an original, and how it came about."""

    data: bytes
    width: int
    height: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    caption: Caption | None = None


def make(cell: Cell, key: str, versions: Mapping[str, str], store_root: Path) -> dict[str, Any]:
    """Make a cell's stimulus, keep file and record, and return the record.

    What goes wrong with this one becomes a record of its own; only the store's own errors are raised.
    """
    store = Store(store_root)
    made = _attempt(cell)
    record = made if isinstance(made, dict) else _ready(cell, made, store)
    record["versions"] = dict(versions)
    store.put_record(key, record)
    return record


def _attempt(cell: Cell) -> Made | dict[str, Any]:
    try:
        return _classical(cell, cell.method.codec) if cell.method.codec else _textual(cell)
    except InfeasibleError as error:
        return without_file(cell, "infeasible", error.reason, error.parameters)
    except MissingFile as error:
        return without_file(cell, "missing", str(error))
    except Exception as error:  # a backend may raise anything, and one picture must not stop the run
        return without_file(cell, "failed", str(error) or type(error).__name__)


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
        "sha256": store.put_blob(made.data),
        "file_bytes": len(made.data),
        "image_bytes": jpeg_file.image_bytes(made.data),
        "width": made.width,
        "height": made.height,
        "parameters": _settings(cell) | dict(made.parameters),
    }


def _settings(cell: Cell) -> dict[str, Any]:
    return {
        backend.kind: {"backend": backend.name}
        | {key: value for key, value in backend.settings.items() if value is not None}
        for backend in cell.backends
    }


def _classical(cell: Cell, backend: Backend) -> Made:
    codec = registry().make_codec(backend, Files(cell.root))
    if isinstance(codec, FileBacked):
        return _existing(cell)
    image, notes = _original(cell)
    encoded = codec.encode(image, cell.original)
    return Made(encoded.data, encoded.width, encoded.height, dict(encoded.parameters) | notes)


def _original(cell: Cell) -> tuple[Any, dict[str, Any]]:
    assert cell.original.path is not None, "cells without their original are not made"
    picture = images.read(unchanged(cell.original.path, cell.original.sha256), f"Original {cell.original.path.name}")
    return picture.image, _notes("original_notes", picture)


def _textual(cell: Cell) -> Made:
    reconstructor = registry().make_reconstructor(_required(cell.method.reconstructor), Files(cell.root))
    caption = cell.caption or _caption(cell)
    if isinstance(reconstructor, FileBacked):
        return _existing(cell, caption)
    if caption is None:
        raise MissingFile(f"there is no caption for {cell.original.slug} to reconstruct from", "write one")
    made = reconstructor.reconstruct(caption.text, cell.original.slug, cell.seed, *cell.size)
    data = made.data if isinstance(made, Reconstruction) else made
    return _checked(data, f"The reconstruction {cell.stimulus}", caption, {"seed": cell.seed})


def _caption(cell: Cell) -> Caption | None:
    captioner = registry().make_captioner(_required(cell.method.captioner), Files(cell.root))
    return None if cell.original.path is None else captioner.caption(cell.original)


def _existing(cell: Cell, caption: Caption | None = None) -> Made:
    assert cell.source is not None, "a file-backed method has a source in every cell"
    assert cell.source.path is not None, "cells whose file is missing are not made"
    return _checked(unchanged(cell.source.path, cell.source.sha256), cell.source.path.name, caption, {})


def _checked(data: bytes, name: str, caption: Caption | None, parameters: dict[str, Any]) -> Made:
    picture = images.read(data, name)
    return Made(data, picture.width, picture.height, parameters | _notes("notes", picture), caption)


def _notes(name: str, picture: images.Picture) -> dict[str, Any]:
    return {name: list(picture.notes)} if picture.notes else {}


def unchanged(path: Path, sha256: str) -> bytes:
    """Return the bytes of a file that must still be the one that was hashed."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise PictureError(f"{path.name} changed while the study was built", AGAIN)
    return data


def _required(backend: Backend | None) -> Backend:
    assert backend is not None, "the study file's check gives every textual method both"
    return backend
