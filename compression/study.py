"""The stimulus part of a study file: read it, check it, find its files."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from compression import consistency, points
from compression.definition import StimulusDefinition
from compression.errors import Problem, StudyError
from compression.resolve import resolve
from compression.types import Plan

__all__ = ["Plan", "Problem", "StimulusDefinition", "StudyError", "load", "parse", "read_toml", "resolve"]

Definition = TypeVar("Definition", bound=StimulusDefinition)
ADVICE = {
    "extra_forbidden": "drop this key, or correct its spelling",
    "missing": "add this key",
    "string_pattern_mismatch": "use small letters, digits, - and _, beginning with a letter or digit (63 at most)",
}


def read_toml(path: Path) -> dict[str, Any]:
    """Return a study file's tables as they stand.

    Raises
    ------
    StudyError
        When the file is missing, not UTF-8 or not TOML; the message names the line.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise _unreadable(path, f"cannot be read ({error.strerror})", "check the path") from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, "is not UTF-8", "save it with the encoding UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, f"is not TOML ({error})", "correct that line") from error


def parse(model: type[Definition], data: Mapping[str, Any], file: str = "study.toml") -> Definition:
    """Validate a study file's tables with a model, a subclass of :class:`StimulusDefinition` maybe.

    Methods that stand for several (``budgets``, ``ablate``, ``replicate``) come back written out.

    Raises
    ------
    StudyError
        With everything that is wrong, each with the key and a remedy.
    """
    try:
        definition = model.model_validate(dict(data))
    except ValidationError as error:
        raise StudyError(_problems(error, data, file)) from error
    found = [*points.problems(definition, file), *consistency.problems(points.expand(definition), file)]
    if found:
        raise StudyError(found)
    return points.expand(definition)


def load(path: Path, files: Path | None = None) -> Plan:
    """Read, check and resolve a study file; its files are below its own folder, or below ``files``."""
    definition = parse(StimulusDefinition, read_toml(path), path.name)
    return resolve(definition, files or path.parent, path.name)


def _unreadable(path: Path, message: str, remedy: str) -> StudyError:
    return StudyError([Problem(path.name, "", message, remedy)])


def _problems(error: ValidationError, data: Mapping[str, Any], file: str) -> list[Problem]:
    return [
        Problem(file, _key(detail["loc"], data), detail["msg"], ADVICE.get(detail["type"], "correct this value"))
        for detail in error.errors()
    ]


def _key(location: tuple[int | str, ...], data: Any) -> str:
    """Return the place in words, ``originals[3].category (object_2)`` for example."""
    key, slug = "", ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}"
        data = _inner(data, part)
        if isinstance(part, int) and isinstance(data, dict):
            slug = str(data.get("slug", ""))
    return key.lstrip(".") + (f" ({slug})" if slug else "")


def _inner(data: Any, part: int | str) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None
