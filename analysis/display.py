"""How numbers are shown: one rounding, one way to write bytes, and words where there is no number."""

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeGuard

MINUS = "\u2212"


def undefined(words: str) -> dict[str, str]:
    """Stand in for a number that does not exist, with the reason in words."""
    return {"undefined": words}


def is_undefined(value: object) -> TypeGuard[dict[str, str]]:
    """Whether a result is undefined rather than a number."""
    return isinstance(value, dict) and "undefined" in value


def rounded(value: float, digits: int = 1) -> str:
    """Round half up, as printed in tables.

    Parameters
    ----------
    value : float
        A finite number; its shortest decimal form is what is rounded, so 2.25 gives 2.3 and 8.45 gives 8.5.
    digits : int
        Digits after the point.
    """
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{exact:,}".replace("-", MINUS)


def number(value: Any, digits: int = 1) -> str:
    """Round half up, or say why there is no number."""
    return str(value["undefined"]) if is_undefined(value) else rounded(value, digits)


def interval(value: Any, digits: int = 1) -> str:
    """Write an interval as “7.4 to 7.8”, or say why there is none."""
    if is_undefined(value):
        return value["undefined"]
    return f"{rounded(value['low'], digits)} to {rounded(value['high'], digits)}"


def size(value: Any) -> str:
    """Write bytes with a plain unit and three digits: 50 B, 1.2 kB, 168 kB, 2.1 MB; or why they are unknown."""
    if is_undefined(value):
        return value["undefined"]
    for unit, bytes_ in (("MB", 1_000_000), ("kB", 1000)):
        if value >= bytes_:
            amount = value / bytes_
            return f"{rounded(amount, 0 if amount >= 100 else 1)} {unit}"
    return f"{rounded(value, 0 if float(value).is_integer() else 1)} B"


def exact_bytes(value: Any) -> str:
    """Write bytes as Table 1 does: 48.7, 168,497; or why they are unknown."""
    return value["undefined"] if is_undefined(value) else rounded(value, 1 if value < 1000 else 0)


def significant(value: Any) -> str:
    """Write a small number with two digits that count: 0.00037, 1.3, 12; or why there is none."""
    if is_undefined(value):
        return value["undefined"]
    return rounded(value, max(0, 1 - math.floor(math.log10(value))) if value > 0 else 0)


def plain_size(bytes_: int) -> str:
    """Write a round number of bytes as an axis does: 50 B, 1 kB, 100 kB."""
    return size(bytes_).replace(".0 ", " ")


def amount(many: int, singular: str, plural: str | None = None) -> str:
    """Write a count with its noun: 1 answer, 1,500 answers."""
    return f"{rounded(many, 0)} {singular if many == 1 else plural or singular + 's'}"
