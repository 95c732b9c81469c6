"""A survey is data: its wording, scale and options come from a TOML file, known by the hash of its content."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

SHIPPED = Path(__file__).resolve().parent


class InstrumentError(Exception):
    """An instrument file can't be used; the message names file, key and remedy."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scale(_Strict):
    """A rating scale: whole numbers from ``min`` to ``max`` with words at its two ends."""

    min: Annotated[int, Field(ge=0, le=1)] = 1
    max: Annotated[int, Field(ge=2, le=11)]
    low: Annotated[str, Field(min_length=1, max_length=80)]
    high: Annotated[str, Field(min_length=1, max_length=80)]


class Question(_Strict):
    """One rating question."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    kind: Literal["rating"]
    text: Annotated[str, Field(min_length=1, max_length=300)]
    notes: tuple[Annotated[str, Field(max_length=500)], ...] = ()
    examples: tuple[Annotated[str, Field(max_length=500)], ...] = ()
    scale: Scale


class Instrument(_Strict):
    """What one survey asks."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    version: Annotated[str, Field(min_length=1, max_length=40)] = "1"
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    title: Annotated[str, Field(min_length=1, max_length=200)]
    reference: Literal["labelled", "unlabelled"]
    shows: Literal["pair"] = "pair"
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=1)]

    def content(self) -> dict[str, Any]:
        """Return the instrument as plain data, as it is hashed and stored."""
        return self.model_dump(mode="json")

    def sha256(self) -> str:
        """Return the hash by which every answer names what was asked."""
        return content_hash(self.content())


def content_hash(content: Any) -> str:
    """Hash plain data by its canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


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
