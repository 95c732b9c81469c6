"""Ids that Prolific gives: checked at the door, never written into a message."""

from __future__ import annotations

import re

from surveys.panels.base import ArrivalRefused

AN_ID = re.compile(r"[A-Za-z0-9]{1,64}")
LOOKS_LIKE_ONE = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{24}(?![0-9A-Za-z])")
AGAIN = "Open the study from Prolific again, without changing its address."


def checked(text: str, what: str) -> str:
    """Return an id as Prolific writes them, or refuse without repeating it."""
    if AN_ID.fullmatch(text):
        return text
    if not text:
        said = f"The address does not say the {what} id."
    elif "%" in text or "{" in text:
        said = f"Prolific has not filled the {what} id into the address."
    else:
        said = f"The {what} id in the address is not one that Prolific gives."
    raise ArrivalRefused(said, AGAIN, code=f"{what} id")


def without_ids(message: str, *more: str) -> str:
    """Return a message of the service with everything taken out that may be an id, and `more`."""
    for secret in filter(None, more):
        message = message.replace(secret, "(…)")
    return LOOKS_LIKE_ONE.sub("(an id)", message)
