"""Numbers in templates, written as the report writes them: one rounding, plain units, words where there is none."""

from __future__ import annotations

import math
from decimal import ROUND_UP, Decimal
from typing import Any

from django import template

from analysis import display

register = template.Library()
CENT = Decimal("0.01")


@register.filter
def size(value: Any) -> str:
    """Write bytes as 50 B, 1.2 kB, 168 kB."""
    return "unknown" if value is None else display.size(value)


@register.filter(name="bytes")
def exact_bytes(value: Any) -> str:
    """Write bytes exactly: 143 B, 95.3 B, 81 156 B; or why they are unknown."""
    if display.is_undefined(value):
        return display.number(value)
    return f"{display.rounded(value, 0 if value >= 1000 or float(value).is_integer() else 1)} B"


@register.filter
def number(value: Any, digits: int = 1) -> str:
    """Round half up, or say why there is no number."""
    return "–" if value is None else display.number(value, digits)


@register.filter
def whole(value: Any) -> str:
    """Write a count with thousands apart."""
    return "–" if value is None else display.number(value, 0)


@register.filter
def interval(value: Any, digits: int = 1) -> str:
    """Write an interval as “7.4 to 7.8”, or say why there is none."""
    return display.interval(value, digits)


@register.filter
def money(value: Any, currency: str = "") -> str:
    """Write an amount with two decimals, or as many as it takes to be seen: 3.20 USD, 0.0004 USD."""
    shown = Decimal(value)
    if shown != shown.quantize(CENT):
        shown = shown.quantize(Decimal(1).scaleb(min(shown.adjusted() - 1, -2)), ROUND_UP)
    else:
        shown = shown.quantize(CENT)
    return f"{shown:f} {currency}".strip()


@register.filter
def rate(value: float) -> str:
    """Write how many there are in a minute: 0.4, 3.2, 120."""
    return display.number(value, 1 if value < 10 else 0)


@register.filter
def duration(seconds: float) -> str:
    """Write a time in whole units, rounded up: 40 s, 12 min, 3 h 20 min."""
    if seconds < 60:
        return f"{max(math.ceil(seconds / 5) * 5, 5)} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@register.filter
def undefined(value: Any) -> bool:
    """Tell whether this is words instead of a number."""
    return display.is_undefined(value)


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """Look a value up by a key that only the page knows."""
    return mapping.get(key)
