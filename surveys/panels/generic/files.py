"""A panel's description as a file, and the address to enter at the panel."""

from __future__ import annotations

import tomllib
from urllib.parse import quote

from surveys.panels.generic.description import Description, DescriptionError, read
from surveys.panels.generic.presets import PLACEHOLDERS, PRESETS

TAKEN = ("direct", "mturk")
_LARGEST = 64 * 1024


def read_file(data: bytes) -> Description:
    """Read a panel's description from a TOML file, in which ``preset`` may stand for the table ``parameters``.

    Raises
    ------
    DescriptionError
        Naming what can't be used, and why.
    """
    if len(data) > _LARGEST:
        raise DescriptionError(f"The panel's description is larger than {_LARGEST} bytes: is it the right file?")
    try:
        said = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise DescriptionError(f"The panel's description is no TOML file in UTF-8: {error}.") from None
    if "preset" in said:
        said["parameters"] = _of_preset(said.pop("preset"), said)
    described = read(said)
    if described.name in TAKEN:
        raise DescriptionError(f"A panel can't be called {described.name}: that is the name of another kind.")
    return described


def _of_preset(preset: object, said: dict[str, object]) -> dict[str, str]:
    if "parameters" in said:
        raise DescriptionError("The panel's description has a preset and parameters: leave one of them out.")
    if not isinstance(preset, str) or preset not in PRESETS:
        raise DescriptionError(f"preset {preset!r} is unknown: there are {', '.join(sorted(PRESETS))}.")
    return PRESETS[preset].model_dump(exclude_none=True)


def address(link: str, description: Description) -> str:
    """Return a link with the panel's parameters, each with what the panel fills in; ``<…>`` where nobody knows."""
    names = description.parameters.model_dump(exclude_none=True).values()
    return f"{link}?" + "&".join(f"{name}={PLACEHOLDERS.get(name, quote(f'<{name}>', safe='<>'))}" for name in names)
