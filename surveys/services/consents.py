"""The information a participant agrees to; each wording is kept under its hash."""

from __future__ import annotations

from typing import Any

from surveys.instruments.loader import content_hash
from surveys.models import Consent, Posting, Survey

SECONDS_PER_RATING = 15


def information(*, survey: Survey, posting: Posting) -> dict[str, Any]:
    """Return what the first page tells, as plain data: the study's own words and the facts of this survey."""
    consent = survey.study.definition["consent"]
    items = max(1, _longest_form(survey))
    return {
        "study": survey.study.title,
        "consent": consent,
        "items": items,
        "minutes": max(1, round(items * SECONDS_PER_RATING / 60)),
        "link": posting.link,
        "simulated": posting.simulated,
        "recorded": [
            "your ratings, every change of mind, and when you gave them",
            "how large and how sharp your screen showed the pictures, and how long each pair was shown",
            "how often you turned to another window, or changed the size of this one, meanwhile",
            "why you stopped, if you stop and choose to tell us",
            "the kind of browser and device, without its exact version",
        ],
        "not_recorded": ["your name", "your internet address", "cookies"],
    }


def _longest_form(survey: Survey) -> int:
    return int(survey.design["form_length"][1])


def store(content: dict[str, Any]) -> Consent:
    """Keep a consent text under its hash."""
    row, _ = Consent.objects.get_or_create(sha256=content_hash(content), defaults={"content": content})
    return row
