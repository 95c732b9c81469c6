"""What a token is called at the service: in studies' internal names."""

from __future__ import annotations

import hashlib

OURS = "twicetold "
BETWEEN = " > "


def internal_name(opening: str, posting: str = "") -> str:
    """Return the name by which a study of ours is found again: who opened it, and who published it."""
    return OURS + opening + (BETWEEN + posting if posting else "")


def tokens_of(name: str) -> tuple[str, str]:
    """Return both tokens in an internal name; nothing where the study is not ours."""
    if not name.startswith(OURS):
        return "", ""
    opening, _, posting = name[len(OURS) :].partition(BETWEEN)
    return opening, posting


def part(token: str, which: str) -> str:
    """Return the token of a part, at most 64 characters."""
    whole = f"{token}:{which}"
    return whole if len(whole) <= 64 else f"{hashlib.sha256(token.encode()).hexdigest()[:48]}:{which}"
