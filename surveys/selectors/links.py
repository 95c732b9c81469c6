"""Where a link's key leads."""

from __future__ import annotations

from surveys.models import Assignment, Invitation, Place, Posting, Survey
from surveys.services.keys import key_hash


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


def has_places(survey: Survey) -> bool:
    """Tell whether a place is open, or held and may become open."""
    return survey.places.exclude(state=Place.State.FILLED).exists()
