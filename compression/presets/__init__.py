"""Presets: dated settings under a name, in one TOML file per backend beside this module."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent


class Preset(BaseModel):
    """Settings of a backend, where they come from and as of when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: date
    source: str
    settings: dict[str, Any]


@cache
def presets(backend: str) -> Mapping[str, Preset]:
    """Return the presets of a backend by name; none when it has no file."""
    path = FOLDER / f"{backend}.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: Preset.model_validate(table) for name, table in tables.items()}


def filled_in(backend: str, given: Any) -> Any:
    """Return settings with those of the preset they name, where they say nothing themselves.

    For a pydantic validator of mode ``before``: what is no mapping passes through to be refused there.

    Raises
    ------
    ValueError
        When the preset does not exist; the message lists those that do.
    """
    name = given.get("preset") if isinstance(given, dict) else None
    if not isinstance(name, str):
        return given
    if name not in presets(backend):
        known = ", ".join(presets(backend)) or "none"
        raise ValueError(f'there is no preset "{name}" of {backend}; there is: {known}')
    return presets(backend)[name].settings | given


def named(backend: str, name: str | None) -> dict[str, str]:
    """Return what a record of provenance says about the preset that was used; nothing when there was none."""
    return {"preset": f"{name} ({presets(backend)[name].date})"} if name else {}
