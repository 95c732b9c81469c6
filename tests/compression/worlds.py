"""Small studies on disk."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compression.store import Store
from compression.study import Plan, StimulusDefinition, parse, resolve
from compression.verifying import Difference, in_store
from tests.compression.pictures import saved, textured

JPEG = {"slug": "jpeg", "title": "JPEG", "family": "classical", "codec": {"backend": "jpeg", "quality": 20}}
WORDS = {
    "slug": "words",
    "title": "Words",
    "family": "textual",
    "captioner": {"backend": "human", "file": "captions.csv"},
    "reconstructor": {"backend": "folder", "folder": "rebuilt", "suffix": "_r"},
}


def write_files(root: Path, originals: int = 2) -> None:
    """Write originals, reconstructions and captions."""
    (root / "originals").mkdir(parents=True)
    (root / "rebuilt").mkdir()
    lines = ["original,caption"]
    for number in range(originals):
        slug = f"picture_{number}"
        (root / "originals" / f"{slug}.jpg").write_bytes(saved(textured(number, 160, 120), "JPEG", quality=90))
        (root / "rebuilt" / f"{slug}_r.png").write_bytes(saved(textured(100 + number, 96, 96), "PNG"))
        lines.append(f'{slug},"A café, number {number}"')
    (root / "captions.csv").write_text("\n".join(lines), encoding="utf-8")


def tables(originals: int = 2, methods: list[dict[str, Any]] | None = None, **study: Any) -> dict[str, Any]:
    """Return the tables of a study file."""
    return {
        "study": {"slug": "small", "title": "Small", "seed": 7} | study,
        "renditions": {"area_px": 64 * 64},
        "categories": [{"slug": "things", "title": "Things"}],
        "originals": [
            {"slug": f"picture_{number}", "category": "things", "file": f"originals/picture_{number}.jpg"}
            for number in range(originals)
        ],
        "methods": [JPEG, WORDS] if methods is None else methods,
    }


def write_study(root: Path, data: Mapping[str, Any]) -> Path:
    """Write ``study.toml`` into a folder and return its path."""
    path = root / "study.toml"
    path.write_text(toml(data), encoding="utf-8")
    return path


def toml(tables: Mapping[str, Any]) -> str:
    """Return tables, and lists of tables, as a TOML document."""
    lines: list[str] = []
    for name, value in tables.items():
        for row in value if isinstance(value, list) else [value]:
            lines.append(f"[[{name}]]" if isinstance(value, list) else f"[{name}]")
            lines += [f"{key} = {_toml(one)}" for key, one in row.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def plan(root: Path, data: Mapping[str, Any]) -> Plan:
    """Return the plan of a study whose files are below ``root``."""
    return resolve(parse(StimulusDefinition, data), root)


def differences(store: Store) -> list[Difference]:
    """Return what in a store is not as it was written."""
    return [found for found in in_store(store) if found]
