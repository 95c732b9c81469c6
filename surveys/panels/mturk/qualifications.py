"""Who may take a HIT, in the service's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surveys.panels.base import Eligibility, PanelRefused

APPROVALS = "00000000000000000040"
APPROVAL_PERCENT = "000000000000000000L0"
LOCALE = "00000000000000000071"
HIDDEN = "DiscoverPreviewAndAccept"
MOST_COUNTRIES = 30


def requirements(eligibility: Eligibility, *, once: str = "") -> list[dict[str, Any]]:
    """Return the requirements of a HIT type; `once` is the id of our own type that people must not hold."""
    found: list[dict[str, Any]] = []
    if eligibility.countries:
        found.append(_countries(eligibility.countries))
    if eligibility.approval_percent_at_least is not None:
        found.append(_at_least(APPROVAL_PERCENT, eligibility.approval_percent_at_least))
    if eligibility.approvals_at_least is not None:
        found.append(_at_least(APPROVALS, eligibility.approvals_at_least))
    if once:
        found.append({"QualificationTypeId": once, "Comparator": "DoesNotExist", "ActionsGuarded": HIDDEN})
    return found


def only_holders(qualification: str) -> list[dict[str, Any]]:
    """Return the requirement that only people who were given a qualification meet."""
    return [{"QualificationTypeId": qualification, "Comparator": "Exists", "ActionsGuarded": HIDDEN}]


def _countries(countries: tuple[str, ...]) -> dict[str, Any]:
    if len(countries) > MOST_COUNTRIES:
        raise PanelRefused(
            f"{len(countries)} countries are asked for; Mechanical Turk takes {MOST_COUNTRIES}.",
            "Name fewer countries.",
        )
    places: list[Mapping[str, str]] = [{"Country": country} for country in countries]
    return {
        "QualificationTypeId": LOCALE,
        "Comparator": "EqualTo" if len(places) == 1 else "In",
        "LocaleValues": places,
        "ActionsGuarded": HIDDEN,
    }


def _at_least(qualification: str, value: int) -> dict[str, Any]:
    return {
        "QualificationTypeId": qualification,
        "Comparator": "GreaterThanOrEqualTo",
        "IntegerValues": [value],
        "ActionsGuarded": HIDDEN,
    }
