"""Who may take part, as filters that the service itself lists: what it does not list is refused, never dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from surveys.panels.base import Eligibility, PanelRefused
from surveys.panels.prolific.countries import names_of

COUNTRY = ("current-country-of-residence",)
APPROVAL_PERCENT = ("approval_rate",)
APPROVALS = ("approval_numbers", "number-of-approvals", "total_approvals")  # which of them it is was not verified
TOOK_PART = "participant_group_blocklist"
Listed = Mapping[str, Mapping[str, Any]]


def filters_for(wanted: Eligibility, listed: Iterable[Mapping[str, Any]], *, group: str = "") -> list[dict[str, Any]]:
    """Return the filters of an offer.

    Parameters
    ----------
    listed
        What the service says its filters are: their ids and choices change.
    group
        The participant group of those who took part before; none = anybody may.
    """
    known = {str(one.get("filter_id")): one for one in listed}
    made: list[dict[str, Any]] = []
    if wanted.countries:
        made.append(_countries(wanted.countries, known))
    if wanted.approval_percent_at_least is not None:
        made.append(_at_least(APPROVAL_PERCENT, wanted.approval_percent_at_least, known, "approval rate"))
    if wanted.approvals_at_least is not None:
        made.append(_at_least(APPROVALS, wanted.approvals_at_least, known, "number of approvals"))
    if group:
        made.append({"filter_id": TOOK_PART, "selected_values": [group]})
    return made


def needs_list(wanted: Eligibility) -> bool:
    """Return whether the service's list must be read for this."""
    return (
        bool(wanted.countries) or wanted.approval_percent_at_least is not None or wanted.approvals_at_least is not None
    )


def _countries(codes: tuple[str, ...], known: Listed) -> dict[str, Any]:
    one = _known(COUNTRY, known, "country")
    choices = {str(label).casefold(): str(key) for key, label in dict(one.get("choices") or {}).items()}
    return {"filter_id": one["filter_id"], "selected_values": [_choice(code, choices) for code in codes]}


def _choice(code: str, choices: Mapping[str, str]) -> str:
    for name in names_of(code):
        if name.casefold() in choices:
            return choices[name.casefold()]
    raise PanelRefused(f"Prolific has no participants in “{code}” to choose.", "Take it off the list of countries.")


def _at_least(ids: tuple[str, ...], least: int, known: Listed, what: str) -> dict[str, Any]:
    one = _known(ids, known, what)
    lowest, highest = one.get("min"), one.get("max")
    if (isinstance(lowest, int) and least < lowest) or (isinstance(highest, int) and least > highest):
        raise PanelRefused(f"Prolific's {what} is from {lowest} to {highest}, not {least}.", "Choose one of these.")
    bounds = {"lower": least} if highest is None else {"lower": least, "upper": highest}
    return {"filter_id": one["filter_id"], "selected_range": bounds}


def _known(ids: tuple[str, ...], known: Listed, what: str) -> Mapping[str, Any]:
    for identifier in ids:
        if identifier in known:
            return known[identifier]
    raise PanelRefused(
        f"Prolific does not offer to choose people by their {what}.", "Leave it out, or choose them on its own pages."
    )
