"""How each stimulus came to be: kept with its record, and written beside it as a file that people can read."""

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from compression.cells import Cell
from compression.store import write_atomically
from compression.types import Stimulus


def of(cell: Cell, versions: Mapping[str, str], making: Mapping[str, Any], times: Mapping[str, Any]) -> dict[str, Any]:
    """Return how one stimulus came to be, as plain JSON data.

    Parameters
    ----------
    making
        What the backend that made the picture says of it: model asked and answered, prompt, seed, request, cost …
    times
        When and for how long.
    """
    original = cell.original
    found: dict[str, Any] = {
        "original": {
            "sha256": original.sha256, "file_bytes": original.file_bytes,
            "width": original.width, "height": original.height,
        },
        "versions": dict(versions) | {"python": platform.python_version()},
    }  # fmt: skip
    if cell.method.captioner:
        words = cell.caption.provenance if cell.caption else {}
        found["captioner"] = {"backend": cell.method.captioner.name} | dict(words)
    maker = cell.method.codec or cell.method.reconstructor
    if maker:
        source = {"source_sha256": cell.source.sha256} if cell.source else {}
        found[maker.kind] = (
            {"backend": maker.name, "settings": _set(maker.settings)} | source | dict(times) | dict(making)
        )
    return found


def _set(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def write_sidecars(folder: Path, stimuli: Iterable[Stimulus]) -> None:
    """Write one JSON file per stimulus, in place of earlier ones; a file that is the same already is not touched."""
    for stimulus in stimuli:
        path = folder / f"{stimulus.stimulus}.json"
        data = json.dumps(asdict(stimulus), indent=2, sort_keys=True, ensure_ascii=False).encode("utf-8") + b"\n"
        if not path.is_file() or path.read_bytes() != data:
            write_atomically(path, data)
