"""Secret keys of links, and the signed tokens that name an assignment in a path."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.core import signing

READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SALT = "surveys.assignment"


def new_key() -> str:
    """Return a fresh key for a link: 128 random bits."""
    return secrets.token_urlsafe(16)


def key_hash(key: str) -> str:
    """Return what the database keeps of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def token_for(code: str, arrival: int | None = None) -> str:
    """Sign an assignment's code, so that it can stand in a path, with the arrival by which somebody came."""
    return signing.TimestampSigner(salt=_SALT).sign(code if arrival is None else f"{code}.{arrival}")


def arrival_in(token: str) -> int | None:
    """Return the arrival in a token that has been checked before; None where it names none."""
    _, _, arrival = signing.TimestampSigner(salt=_SALT).unsign(token).partition(".")
    return int(arrival) if arrival.isdigit() else None


def code_in(token: str) -> str:
    """Return the assignment's code in a token.

    Raises
    ------
    django.core.signing.SignatureExpired
        The token is older than PARTICIPANT_TOKEN_DAYS; the link that led here makes a new one.
    django.core.signing.BadSignature
        The token is not ours.
    """
    said = signing.TimestampSigner(salt=_SALT).unsign(token, max_age=settings.PARTICIPANT_TOKEN_DAYS * 86400)
    return said.partition(".")[0]


def code_once_in(token: str) -> str:
    """Return the code in a token of ours however old it is: it opens nothing, and tells which language to answer in."""
    return signing.TimestampSigner(salt=_SALT).unsign(token).partition(".")[0]


def new_code(letters: int) -> str:
    """Return a fresh code of so many letters and digits that can't be taken for each other."""
    return "".join(secrets.choice(READABLE) for _ in range(letters))
