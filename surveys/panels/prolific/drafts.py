"""An offer as the draft of a study."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from surveys.panels.base import Money, Offer, PanelRefused
from surveys.panels.prolific.door import COMPLETE, PERSON, STUDY, SUBMISSION
from surveys.panels.prolific.money import in_cents
from surveys.panels.prolific.names import internal_name

SCREENED_OUT = "screened_out"
CODE_TYPES = {COMPLETE: "COMPLETED", SCREENED_OUT: "SCREENED_OUT"}
PLACEHOLDERS = "&".join(f"{name}={{{{%{name}%}}}}" for name in (PERSON, STUDY, SUBMISSION))
MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class ScreenOut:
    """Pay for people who turn out not to be eligible, by the service itself: only some workspaces have it."""

    reward: Money
    places: int  # how many are paid so before the study pauses


def draft(
    offer: Offer,
    filters: Sequence[Mapping[str, Any]],
    *,
    token: str,
    currency: str,
    project: str = "",
    screen_out: ScreenOut | None = None,
) -> dict[str, Any]:
    """Return what is sent to make a draft study, which has one place until it is published."""
    allowed, expected = minutes(offer)
    body: dict[str, Any] = {
        "name": offer.title,
        "internal_name": internal_name(token),
        "description": offer.description,
        "external_study_url": with_placeholders(offer.url),
        "prolific_id_option": "url_parameters",
        "completion_codes": completion_codes(offer.outcomes, offer.reward, currency, screen_out),
        "total_available_places": 1,
        "estimated_completion_time": expected,
        "maximum_allowed_time": allowed,
        "reward": in_cents(offer.reward, currency),
        "device_compatibility": [],
        "peripheral_requirements": [],
        "filters": list(filters),
        "submissions_config": {"max_submissions_per_participant": 1},
    }
    return body | ({"project": project} if project else {})


def with_placeholders(url: str) -> str:
    """Return our address with the places that Prolific fills in."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=f"{parts.query}&{PLACEHOLDERS}".lstrip("&")))


def least_allowed(expected: int) -> int:
    """Return the fewest minutes that may be allowed for a study of so many: 2 + 2t + 2√t, from Prolific's reference."""
    return math.ceil(2 + 2 * expected + 2 * math.sqrt(expected))


def minutes(offer: Offer) -> tuple[int, int]:
    """Return the minutes allowed and expected; not knowing, the longest time expected that the allowed ones permit."""
    allowed = offer.seconds_allowed // 60
    if offer.seconds_expected:
        expected = max(1, math.ceil(offer.seconds_expected / 60))
    else:
        expected = max((m for m in range(1, allowed // 2 + 1) if least_allowed(m) <= allowed), default=1)
    if not least_allowed(expected) <= allowed <= MOST_MINUTES:
        raise PanelRefused(
            f"Prolific allows from {least_allowed(expected)} to {MOST_MINUTES} minutes for a study of {expected}, "
            f"not {allowed}.",
            "Change the time allowed, or how long it takes.",
        )
    return allowed, expected


def completion_codes(
    outcomes: Mapping[str, str], reward: Money, currency: str, screen_out: ScreenOut | None
) -> list[dict[str, Any]]:
    """Return one code for each outcome; each waits for our verdict, but what Prolific pays by itself."""
    codes = [code.strip() for code in outcomes.values()]
    if COMPLETE not in outcomes or "" in codes or len(set(codes)) != len(codes):
        raise PanelRefused(
            "Prolific needs one code for each outcome, all different, and one for the whole survey.",
            "Give the offer its completion codes.",
        )
    return [
        {
            "code": code.strip(),
            "code_type": CODE_TYPES.get(outcome, "OTHER"),
            "actions": [_action(outcome, reward, currency, screen_out)],
            "actor": "participant",
        }
        for outcome, code in outcomes.items()
    ]


def _action(outcome: str, reward: Money, currency: str, screen_out: ScreenOut | None) -> dict[str, Any]:
    if outcome != SCREENED_OUT or screen_out is None:
        return {"action": "MANUALLY_REVIEW"}
    cents = in_cents(screen_out.reward, currency)
    if cents >= in_cents(reward, currency) or screen_out.places < 1:
        raise PanelRefused(
            "Prolific's pay for people who are not eligible must be less than the reward, and for one place or more.",
            "Lower it, or leave it out.",
        )
    return {"action": "FIXED_SCREEN_OUT_PAYMENT", "fixed_screen_out_reward": cents, "slots": screen_out.places}
