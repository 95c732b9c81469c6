"""The rate limit of a link: so many claims a minute for each invitation or open link, whoever uses it."""

from __future__ import annotations

from datetime import datetime

from surveys.models import Invitation, Posting
from surveys.services.errors import TooManyClaimsError

WINDOW_SECONDS = 60


def count_claim(*, link: Invitation | Posting, now: datetime, limit: int) -> None:
    """Count one claim of a link whose row is locked.

    Raises
    ------
    TooManyClaimsError
        The link was used ``limit`` times within the present minute.
    """
    since = link.claims_since
    if since is None or (now - since).total_seconds() >= WINDOW_SECONDS:
        link.claims_since, link.claims = now, 0
    elif link.claims >= limit:
        raise TooManyClaimsError(max(1, WINDOW_SECONDS - int((now - since).total_seconds())))
    link.claims += 1
    link.save(update_fields=["claims_since", "claims"])
