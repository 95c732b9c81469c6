"""Where a link's key leads."""

from __future__ import annotations

import math

from django.utils import timezone

from surveys.models import Assignment, Identity, Invitation, Place, Posting, Survey
from surveys.services.keys import key_hash
from surveys.services.panel_people import digest_of


def find(key: str) -> tuple[Posting, Invitation | None] | None:
    """Return the posting (and invitation) that a key opens, or None."""
    digest = key_hash(key)
    invitations = Invitation.objects.select_related("posting__survey__study", "posting__survey__instrument")
    if invitation := invitations.filter(key_hash=digest).first():
        return invitation.posting, invitation
    postings = Posting.objects.select_related("survey__study", "survey__instrument")
    posting = postings.filter(key_hash=digest).first()
    return (posting, None) if posting else None


def assignment_of(invitation: Invitation) -> Assignment | None:
    """Return the one assignment of an invitation, once there is one."""
    return Assignment.objects.filter(invitation=invitation).first()


def identity_of(posting: Posting, invitation: Invitation | None, person: str) -> int | None:
    """Return the key of the digest by which somebody is known already: a named invitation's, or a panel's person's."""
    if person:
        known = Identity.objects.filter(digest=digest_of(posting, person))
        return known.values_list("pk", flat=True).first()
    return invitation.identity_id if invitation else None


def has_places(survey: Survey) -> bool:
    """Tell whether a place is open, or held and may become open."""
    return survey.places.exclude(state=Place.State.FILLED).exists()


def minutes_until_free(survey: Survey) -> int | None:
    """Return in how many minutes the first lease ends, at least 1; None when no place is held."""
    held = Assignment.objects.filter(place__survey=survey, holds_place=True, state=Assignment.State.STARTED)
    ends = held.order_by("lease_until").values_list("lease_until", flat=True).first()
    return None if ends is None else max(1, math.ceil((ends - timezone.now()).total_seconds() / 60))
