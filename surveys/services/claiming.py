"""Claiming: whoever holds a link gets the next open place, once; whoever may not, leaves nothing behind."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.models import Assignment, Identity, Invitation, Participant, Place, Posting, Survey
from surveys.panels.base import Arrival
from surveys.selectors import eligibility
from surveys.services import assignments, attending, claims, consents, panel_people
from surveys.services.errors import (
    AlreadyError,
    ClosedError,
    NoPlaceError,
    NotEligibleError,
    PausedError,
    ServiceError,
)


def claim_next(
    *,
    posting: Posting,
    invitation: Invitation | None = None,
    arrival: Arrival | None = None,
    device: str = "",
    browser: str = "",
    screen: dict[str, int] | None = None,
) -> Assignment:
    """Give the next open place to whoever holds this link.

    An invitation always leads back to its one assignment: claiming again returns it; so does a panel's link with the
    same ids in its address (``arrival``, which a panel's link needs). Device, browser and screen are
    kept only where the study logs behaviour.

    Raises
    ------
    ServiceError
        A panel's link without an arrival.
    TooManyClaimsError, ClosedError, PausedError, AlreadyError, NotEligibleError, NoPlaceError
        As their names say; but for the counted claim, nothing was written.
    """
    if (arrival is None) != (posting.link != Posting.Link.PANEL) or (arrival and arrival.preview):
        raise ServiceError("By a panel's link comes who the panel names, and nobody else.")
    now = timezone.now()
    told = consents.information(survey=posting.survey, posting=posting)
    noticed = {"device": device, "browser": browser, "screen": screen or {}} if told["log_behaviour"] else {}
    kept = noticed | {"consent": consents.find(told)}
    stale = assignments.stale_ones(posting.survey, now).exists()
    with transaction.atomic():  # SQLite has one writer at a time: what can be read before has been
        link = _lock_link(posting, invitation)
        if invitation and (existing := Assignment.objects.filter(invitation=invitation).first()):
            return existing
        claims.count_claim(link=link, now=now, limit=_limit(invitation))
        if arrival and (existing := panel_people.assignment_of(posting, arrival)):
            panel_people.take_up(existing, arrival)
            return existing
        try:
            with transaction.atomic() if arrival else nullcontext():  # whoever is refused leaves nothing
                identity = _identity(posting, invitation, arrival)
                _refuse_barred(posting.survey, identity)
                place = _free_place(posting, now, stale=stale)
                kept["consent"] = kept["consent"] or consents.store(told)
                started = _start(place, posting, invitation, identity, now, kept)
                if arrival:
                    panel_people.remember(started, arrival)
                    attending.tell_soon(posting)
                return started
        except (ClosedError, PausedError, AlreadyError, NotEligibleError, NoPlaceError) as error:
            refused = error
    raise refused  # outside, so that the claim is counted


def _lock_link(posting: Posting, invitation: Invitation | None) -> Invitation | Posting:
    if invitation:
        return Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    return Posting.objects.select_for_update(no_key=True).get(pk=posting.pk)


def _identity(posting: Posting, invitation: Invitation | None, arrival: Arrival | None) -> int | None:
    """Return the key of the digest by which somebody can be told apart; None where nobody can tell."""
    if arrival:
        known = panel_people.digest_of(posting, arrival.person)
        return Identity.objects.get_or_create(digest=known)[0].pk
    return invitation.identity_id if invitation else None


def _refuse_barred(survey: Survey, identity: int | None) -> None:
    """Refuse who has taken part before; two links of one person wait for each other here."""
    if identity is None:
        return
    Identity.objects.select_for_update(no_key=True).get(pk=identity)
    barred = eligibility.barred(survey, identity)
    if barred == "already":
        raise AlreadyError(_("You have taken part in this study already."))
    if barred:
        raise NotEligibleError(_("You have taken part in a study that is too much like this one."))


def _limit(invitation: Invitation | None) -> int:
    limit: int = settings.CLAIMS_PER_MINUTE_INVITATION if invitation else settings.CLAIMS_PER_MINUTE_OPEN_LINK
    return limit


def _free_place(posting: Posting, now: datetime, *, stale: bool) -> Place:
    """Lock the next open place; only when none is in sight, wait for those who are claiming or releasing one now."""
    survey = posting.survey
    for wait in (False, True, True):
        if stale or wait:
            assignments.release_stale(survey=survey, now=now, wait=wait)
        rows = Place.objects.select_for_update(
            no_key=True, skip_locked=assignments.skip_locked(wait=wait), of=assignments.of_self()
        )
        rows = rows.filter(survey__state=Survey.State.PUBLISHED, survey__paused=False)
        if not posting.closed and (place := rows.filter(survey=survey, state=Place.State.OPEN).first()):
            return place
        _refuse_unless_open(posting)
    raise NoPlaceError(_("Every place of this survey is taken at the moment."))


def _refuse_unless_open(posting: Posting) -> None:
    survey = posting.survey
    survey.refresh_from_db(fields=["state", "paused"])
    if posting.closed or survey.state != Survey.State.PUBLISHED:
        raise ClosedError(_("This survey takes no new participants."))
    if survey.paused:
        raise PausedError(_("This survey is paused: it takes no new participants for the moment."))


def _start(
    place: Place,
    posting: Posting,
    invitation: Invitation | None,
    identity: int | None,
    now: datetime,
    kept: dict[str, Any],
) -> Assignment:
    Place.objects.filter(pk=place.pk).update(state=Place.State.HELD)
    survey = posting.survey
    assignment = Assignment.objects.create(
        code=f"a-{secrets.token_hex(6)}",
        place=place,
        participant=_participant(survey, posting, identity),
        posting=posting,
        invitation=invitation,
        instrument=survey.instrument,
        lease_until=assignments.lease_end(now),
        started_at=now,
        question_order=_question_order(survey),
        simulated=posting.simulated,
        **kept,
    )
    assignments.note(assignment, "started", now)
    return assignment


def _participant(survey: Survey, posting: Posting, identity: int | None) -> Participant:
    """Return a new pseudonym, or the one that this person already has in this study."""
    new = {"pseudonym": f"p-{secrets.token_hex(6)}", "simulated": posting.simulated}
    if identity is None:
        return Participant.objects.create(study=survey.study, **new)
    return Participant.objects.get_or_create(study=survey.study, identity_id=identity, defaults=new)[0]


def _question_order(survey: Survey) -> list[str]:
    """Draw the order of the questions where the instrument leaves it to chance; empty where it is fixed."""
    asked = survey.instrument.asked
    names = [question.id for question in asked.questions]
    return secrets.SystemRandom().sample(names, len(names)) if asked.questions_order == "random" else []
