"""The guide for people who write captions: six elements, in this order, each if there is something to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Element:
    """One element: its letter, what to write, an example, and what stands in its field."""

    letter: str
    title: str
    help: str
    example: str
    text: str


def elements(given: Mapping[str, str]) -> list[Element]:
    """Return the six elements with what is written of each."""
    return [Element(letter, *words, given.get(letter, "")) for letter, words in _guide().items()]


def _guide() -> dict[str, tuple[str, str, str]]:
    return {
        "a": (
            _("In front"),
            _("What the picture is of, and how it looks"),
            _("Two red kayaks with white stripes"),
        ),
        "b": (_("Position"), _("How these stand or lie, which way they face"), _("side by side, pointing left,")),
        "c": (_("Action"), _("What they do, and how"), _("drifting slowly")),
        "d": (_("Around"), _("What is right beside or below them"), _("on a still green lake,")),
        "e": (_("Behind"), _("What is far away, at the back"), _("snowy mountains behind,")),
        "f": (_("Time"), _("Time of day, season, weather, which years"), _("early on a foggy autumn day")),
    }
