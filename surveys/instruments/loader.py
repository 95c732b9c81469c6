"""A survey is data: its wording, scale and options come from a TOML file, known by the hash of its content."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from surveys.instruments.instrument import Instrument, content_hash

__all__ = ["Instrument", "InstrumentError", "content_hash", "load", "shipped_names"]

SHIPPED = Path(__file__).resolve().parent


class InstrumentError(Exception):
    """An instrument file can't be used; the message names file, key and remedy."""


def shipped_names() -> list[str]:
    """Return the names of the instruments that the product ships."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load(name: str, folder: Path) -> Instrument:
    """Read a shipped instrument by its name, or a file ``*.toml`` below the study's folder."""
    if not name.endswith(".toml"):
        return _read(_shipped(name))
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        msg = f"instrument {name} lies outside the study's folder: put it below {folder}."
        raise InstrumentError(msg)
    return _read(path)


def _shipped(name: str) -> Path:
    if name not in shipped_names():
        known = ", ".join(shipped_names())
        msg = f"there is no instrument {name!r}: use one of {known}, or the path of a .toml file beside the study file."
        raise InstrumentError(msg)
    return SHIPPED / f"{name}.toml"


def _read(path: Path) -> Instrument:
    try:
        return Instrument.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        msg = f"{path.name} can't be read ({error.strerror}): check that the file is there."
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path.name} is not valid TOML in UTF-8: {error}."
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        msg = f"{path.name}, key {key}: {first['msg']}."
    raise InstrumentError(msg)
