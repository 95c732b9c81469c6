"""What the page says besides the pictures: feedback on practice, and what an instructed check asks for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from surveys.instruments.instrument import Instrument
from surveys.instruments.questions import Rating
from surveys.models import Check, PlaceItem


def besides(item: PlaceItem, asked: Instrument, tries: int) -> dict[str, Any]:
    """Return what else the page needs of an item: nothing that tells an attention or gold check from the others."""
    check = item.check_item
    if check is None:
        return {}
    if check.kind == Check.Kind.INSTRUCTED:
        return {"instruction": _instruction(check)}
    if item.kind != PlaceItem.Kind.TRAINING:
        return {}
    return {"practice": {"expected": check.expected, "tries": tries, **_feedback(check, asked)}}


def _instruction(check: Check) -> str:
    word = check.words["word"]
    if check.words["asks"] == "choice":
        return _("Are you still reading? Please choose “%(word)s” and nothing else this time.") % {"word": word}
    return _("Are you still reading? Please choose %(number)s this time, whatever the pictures show.") % {
        "number": word
    }


def _feedback(check: Check, asked: Instrument) -> dict[str, str]:
    """Explain the two ends of the scale; what lies between them is never taught."""
    scale = next(question.scale for question in asked.questions if isinstance(question, Rating))
    if check.kind == Check.Kind.IDENTICAL:
        return {
            "right": _("That’s it: these are one and the same picture."),
            "wrong": _("Look again: these are one and the same picture. Choose %(number)s, “%(words)s”.")
            % {"number": scale.max, "words": scale.high},
        }
    return {
        "right": _("That’s it: these two have nothing in common."),
        "wrong": _("Look again: these two have nothing in common. Choose %(number)s, “%(words)s”.")
        % {"number": scale.min, "words": scale.low},
    }
