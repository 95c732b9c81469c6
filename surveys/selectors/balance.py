"""The balance proof in words: what the places promise, what was counted, and whether it is exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Promise:
    """``exact`` is None where nothing was promised and the count is for information."""

    words: str
    counted: str
    exact: bool | None = None


def promises(design: dict[str, Any]) -> list[Promise]:
    """Return the rows of a stored balance proof (``BalanceProof.as_dict()``); none for a survey without places."""
    if not design:
        return []
    sides = design["largest_side_difference_of_stimulus"]
    spread = f"differs by {design['largest_position_spread']} at most"
    best = design["distinct_methods_short_of_best"] == 0
    shown = set(design["times_shown"]) == {design["raters"]}
    beside = [Promise("The original stands left as often as right", f"differs by {sides} at most", sides <= 1)]
    return [
        Promise("Every stimulus is shown equally often", _times(design["times_shown"]), shown),
        Promise("A form shows an original at most once", _repeats(design), not design["repeated_originals"]),
        Promise("All forms are equally long", _range(design["form_length"], "item"), _same(design["form_length"])),
        Promise(
            "Within a form every method comes equally often",
            _times(design["method_count"]),
            design["largest_method_difference"] == 0,
        ),
        Promise(
            "Within a category a form's methods are as different as can be",
            _range(design["distinct_methods_in_category"], "method"),
            best,
        ),
        *(beside if design.get("sides", True) else []),
        Promise("Every stimulus moves through the positions", spread),
        Promise("No two people get the same form", f"{design['distinct_forms']} forms for {design['places']} places"),
    ]


def besides(design: dict[str, Any]) -> list[str]:
    """Say what the places of a stored plan show besides the study; nothing of a plan that shows nothing else."""
    found = design.get("besides") or {}
    lines = []
    if at := found.get("attention_positions"):
        lines.append(f"Attention checks stand at position {' and '.join(map(str, at))} of every form.")
    if found.get("gold"):
        lines.append(f"Gold checks of your own in every form: {found['gold']}, at random positions.")
    if found.get("training"):
        lines.append(f"Every form begins with {found['training']} items to practise on.")
    if any(found.get("repeats", ())):
        lines.append(f"At its end a form shows {_range(found['repeats'], 'item')} of its first half again.")
    return [*lines, "None of these is ever counted."] if lines else []


def _repeats(design: dict[str, Any]) -> str:
    return f"{design['repeated_originals']} repeats" if design["repeated_originals"] else "no repeats"


def _same(ends: list[int]) -> bool:
    return ends[0] == ends[1]


def _range(ends: list[int], noun: str) -> str:
    low, high = ends
    return f"{low} {noun}{'' if low == 1 else 's'}" if low == high else f"{low} to {high} {noun}s"


def _times(ends: list[int]) -> str:
    return "once" if ends == [1, 1] else _range(ends, "time")
