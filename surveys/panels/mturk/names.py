"""What a token is called at the service: in HITs' annotations, in names, beside reasons."""

from __future__ import annotations

import hashlib

OURS = "twicetold "


def annotation(token: str) -> str:
    """Return the annotation by which a HIT of ours is found again."""
    return OURS + token


def token_of(text: str) -> str:
    """Return the token in an annotation; nothing when the HIT is not ours."""
    return text[len(OURS) :] if text.startswith(OURS) else ""


def part(token: str, which: str) -> str:
    """Return the token of a part, never longer than the service takes."""
    whole = f"{token}:{which}"
    return whole if len(whole) <= 64 else f"{hashlib.sha256(token.encode()).hexdigest()[:48]}:{which}"


def marked(reason: str, token: str) -> str:
    """Return a reason that tells two equal bonuses apart."""
    return f"{reason} (reference {hashlib.sha256(token.encode()).hexdigest()[:10]})"
