"""Rules, exclusions and flags in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from surveys.models import Assignment

RULES = {
    "attention_failures": _lazy("Attention checks missed"),
    "gold_failures": _lazy("Gold checks missed"),
    "picture_failures": _lazy("Pictures that did not arrive"),
    "fastest_seconds_per_item": _lazy("Too fast on many items"),
    "fastest_total_seconds": _lazy("Too fast as a whole"),
    "duplicate_person": _lazy("The same person again"),
}
FLAGS = {
    "too_fast": _lazy("Too fast"),
    "straight_line": _lazy("Straight line"),
    "attention": _lazy("Attention checks"),
    "gold": _lazy("Gold checks"),
    "practice": _lazy("Practice"),
    "repeats": _lazy("Inconsistent repeats"),
    "pasted": _lazy("Pasted text"),
    "typing": _lazy("Typed like a machine"),
    "copied": _lazy("Text like another participant’s"),
    "parallel_tabs": _lazy("Parallel tabs"),
}


def rule(name: str) -> str:
    """Name a rule."""
    return str(RULES.get(name, name))


def limit(name: str, rules: Mapping[str, Any]) -> str:
    """Say from when on a rule excludes."""
    value = rules.get(name)
    if name not in rules or value is None:
        return "–"
    if name == "duplicate_person":
        return _("once")
    if name == "fastest_seconds_per_item":
        share = f"{100 * rules.get('too_fast_share', 0.5):g} %"
        return _("below %(seconds)g s on %(share)s of the items") % {"seconds": value, "share": share}
    if name == "fastest_total_seconds":
        return _("below %(seconds)g s") % {"seconds": value}
    return _("%(number)d or more") % {"number": value}


def verdict(assignment: Assignment) -> str:
    """Say what became of a finished assignment."""
    if not assignment.usable:
        return _("not usable; paid")
    return _("usable") if assignment.holds_place else _("surplus: usable and paid, its place was filled")


def reason(row: Mapping[str, Any]) -> str:
    """Say why a rule excluded an assignment, with the values that raised it."""
    name, values = row["rule"], dict(row)
    if name in ("attention_failures", "gold_failures", "picture_failures"):
        values["where"] = ", ".join(map(str, row["positions"]))
        return f"{rule(name)}: " + _("%(failed)d (limit %(limit)d), at item %(where)s") % values
    if name == "fastest_seconds_per_item":
        return f"{rule(name)}: " + _("%(too_fast)d of %(timed)d timed items took less than %(limit)g s") % values
    if name == "fastest_total_seconds":
        return f"{rule(name)}: " + _("%(seconds)g s (limit %(limit)g s)") % values
    if name == "duplicate_person":
        return f"{rule(name)}: " + _("see %(codes)s") % {"codes": ", ".join(row["assignments"])}
    return str(name)


def flag(row: Mapping[str, Any]) -> str:
    """Say what a flag saw, with the values that raised it."""
    name = row["flag"]
    says = _SAYS.get(name)
    return str(FLAGS.get(name, name)) + (f": {says(dict(row))}" if says else "")


def _missed(values: dict[str, Any]) -> str:
    """Say of each item what was missed; questions of which the same was expected are told together."""
    items = groupby(values["missed"], key=lambda one: (one["position"], one["expected"]))
    return "; ".join(_one_missed(position, expected, list(rows)) for (position, expected), rows in items)


def _one_missed(position: int, expected: Any, rows: list[Mapping[str, Any]]) -> str:
    words = _("item %(position)d, expected %(expected)s, said %(said)s")
    said = ", ".join(_said(row["said"]) for row in rows)
    off = max(row.get("distance", 0) for row in rows)
    far = _("(%(points)d off)") if len(rows) == 1 else _("(up to %(points)d off)")
    shown = {"position": position, "expected": _expected(expected), "said": said}
    return words % shown + (" " + far % {"points": off} if off else "")


def _expected(expected: Any) -> str:
    if isinstance(expected, Mapping):
        return _said(expected["chosen"])
    low, high = expected
    return str(low) if low == high else _("%(low)d to %(high)d") % {"low": low, "high": high}


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _share(values: dict[str, Any], words: str) -> str:
    return words % (values | {"percent": f"{100 * values['share']:.0f} %"})


_SAYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "too_fast": lambda row: (
        _("%(too_fast)d of %(timed)d timed items took less than %(limit)g s, the fastest %(fastest)g s") % row
    ),
    "straight_line": lambda row: _("%(run)d of %(ratings)d ratings, one after the other, are %(value)s") % row,
    "attention": _missed,
    "gold": _missed,
    "practice": _missed,
    "repeats": lambda row: (
        ngettext(
            "%(pairs)d rating differs from the first one by %(mean_difference)g points",
            "%(pairs)d ratings differ from the first ones by %(mean_difference)g points in the mean",
            row["pairs"],
        )
        % row
    ),
    "pasted": lambda row: _share(row, _("%(percent)s of the characters (%(pasted_chars)d) were pasted")),
    "typing": lambda row: _("%(per_second)g characters in a second (%(typed_chars)d in %(seconds)g s)") % row,
    "copied": lambda row: (
        _("of %(pictures)d pictures word for word as %(codes)s") % (row | {"codes": ", ".join(row["assignments"])})
    ),
    "parallel_tabs": lambda row: (
        ngettext(
            "on %(items)d item, up to %(other_tabs)d more of the same place",
            "on %(items)d items, up to %(other_tabs)d more of the same place",
            row["items"],
        )
        % row
    ),
}
