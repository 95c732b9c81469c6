"""The life of an assignment: a place is claimed, held by a lease, given back, or filled."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.instruments import checks
from surveys.instruments.instrument import Said
from surveys.models import (
    Answer,
    Assignment,
    Event,
    Identity,
    Invitation,
    Participant,
    Place,
    PlaceItem,
    Posting,
    Survey,
)
from surveys.panels.base import Arrival
from surveys.selectors import eligibility
from surveys.services import claims, consents, flags, identities, panel_people, verdicts
from surveys.services.errors import (
    AlreadyError,
    ClosedError,
    ConflictError,
    NoPlaceError,
    NotEligibleError,
    PausedError,
    ServiceError,
)

RUNNING = (Assignment.State.STARTED, Assignment.State.TIMED_OUT)
"""The states of an assignment that can still be worked on."""
_RENEWED_AFTER = 1 / 20
_READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


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
    if (arrival is None) != (posting.link != Posting.Link.PANEL):
        raise ServiceError("By a panel's link comes who the panel names, and nobody else.")
    now = timezone.now()
    told = consents.information(survey=posting.survey, posting=posting)
    noticed = {"device": device, "browser": browser, "screen": screen or {}} if told["log_behaviour"] else {}
    kept = noticed | {"consent": consents.find(told)}
    stale = _stale(posting.survey, now).exists()
    with transaction.atomic():  # SQLite has one writer at a time: what can be read before has been
        link = _lock_link(posting, invitation)
        if invitation and (existing := Assignment.objects.filter(invitation=invitation).first()):
            return existing
        if arrival and (existing := panel_people.assignment_of(posting, arrival)):
            return existing
        claims.count_claim(link=link, now=now, limit=_limit(invitation))
        try:
            with transaction.atomic() if arrival else nullcontext():  # whoever is refused leaves nothing
                identity = _identity(posting, invitation, arrival)
                _refuse_barred(posting.survey, identity)
                place = _free_place(posting, now, stale=stale)
                kept["consent"] = kept["consent"] or consents.store(told)
                started = _start(place, posting, invitation, identity, now, kept)
                if arrival:
                    panel_people.remember(started, arrival)
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
        known = identities.panel_digest(posting.panel, arrival.person)
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
            release_stale(survey=survey, now=now, wait=wait)
        rows = Place.objects.select_for_update(no_key=True, skip_locked=_skip(wait=wait), of=_of_self())
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


def _skip(*, wait: bool) -> bool:
    return not wait and connection.features.has_select_for_update_skip_locked


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
        lease_until=_lease_end(now),
        started_at=now,
        question_order=_question_order(survey),
        simulated=posting.simulated,
        **kept,
    )
    note(assignment, "started", now)
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


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_SECONDS)


def note(assignment: Assignment, kind: str, at: datetime, **detail: Any) -> None:
    """Write an event of the assignment's life."""
    Event.objects.create(assignment=assignment, kind=kind, at=at, detail=detail)


def release_stale(*, survey: Survey, now: datetime, wait: bool = False) -> int:
    """Reopen the places whose lease has run out, leaving or waiting for what others locked; return how many."""
    stale = _stale(survey, now).select_for_update(no_key=True, skip_locked=_skip(wait=wait), of=_of_self())
    released = 0
    for assignment in stale.order_by("pk"):
        _release(assignment, Assignment.State.TIMED_OUT, now)
        released += 1
    return released


def _stale(survey: Survey, now: datetime) -> QuerySet[Assignment]:
    """Return the assignments whose lease has run out."""
    return Assignment.objects.filter(
        place__survey=survey, holds_place=True, state=Assignment.State.STARTED, lease_until__lt=now
    )


def _release(assignment: Assignment, state: Assignment.State, now: datetime, **detail: Any) -> None:
    """End a locked assignment unfinished; its place, if it still holds it, is open again."""
    held = assignment.holds_place
    assignment.state = state
    assignment.holds_place = False
    assignment.save(update_fields=["state", "holds_place", "payable"])
    if held:
        Place.objects.filter(pk=assignment.place_id).update(state=Place.State.OPEN)
    note(assignment, str(state), now, **detail)


def lock(code: str, *more: str) -> Assignment:
    """Lock and return an assignment, with what more it leads to; call inside a transaction."""
    return (
        Assignment.objects.select_for_update(no_key=True, of=_of_self())
        .select_related("place", "instrument", "consent", *more)
        .defer("instrument__content")
        .get(code=code)
    )


def _of_self() -> tuple[str, ...]:
    return ("self",) if connection.features.has_select_for_update_of else ()


def renew(assignment: Assignment, now: datetime) -> None:
    """Extend the lease of a locked assignment; one that lost its place gets it back if it is still open.

    A lease of which less than a twentieth has passed is left as it is.
    """
    if not assignment.holds_place:
        _regain(assignment, now)
    elif assignment.lease_until > aged(now):
        return
    assignment.lease_until = _lease_end(now)
    assignment.save(update_fields=["lease_until"])


def aged(now: datetime) -> datetime:
    """Return the end of a lease of which a twentieth has passed: one that ends later is not renewed yet."""
    return now + timedelta(seconds=settings.LEASE_SECONDS * (1 - _RENEWED_AFTER))


def _regain(assignment: Assignment, now: datetime) -> None:
    if Place.objects.filter(pk=assignment.place_id, state=Place.State.OPEN).update(state=Place.State.HELD):
        assignment.holds_place = True
        assignment.state = Assignment.State.STARTED
        assignment.save(update_fields=["holds_place", "state"])
        note(assignment, "regained", now)


@transaction.atomic
def heartbeat(*, code: str) -> Assignment:
    """Renew the lease of an assignment that is being worked on."""
    assignment = lock(code)
    if assignment.state in RUNNING:
        renew(assignment, timezone.now())
    return assignment


@transaction.atomic
def give_back(*, code: str, reason: str = "") -> Assignment:
    """Return the place without finishing; its answers are kept and never counted.

    Raises
    ------
    ConflictError
        The assignment has been submitted.
    """
    assignment = lock(code)
    if assignment.state == Assignment.State.SUBMITTED:
        raise ConflictError(_("You have finished already; there is nothing to give back."))
    if assignment.state not in RUNNING:
        return assignment
    _release(assignment, Assignment.State.RETURNED, timezone.now(), reason=_plain(reason))
    return assignment


@transaction.atomic
def screen_out(*, code: str) -> Assignment:
    """End an assignment whose practice was not understood in any of the tries; its place is for somebody else.

    Raises
    ------
    ConflictError
        The survey ends nobody for that, or the answers kept here don't say so.
    """
    assignment = lock(code)
    if assignment.state == Assignment.State.SCREENED_OUT:
        return assignment
    besides = assignment.place.survey.asked_besides
    if besides.training_failed != "screen_out" or assignment.state not in RUNNING:
        raise ConflictError(_("There is no reason to stop here."))
    failed = _practice_failed(assignment, besides.training_tries)
    if not failed:
        raise ConflictError(_("You can go on."))
    assignment.payable = True
    _release(assignment, Assignment.State.SCREENED_OUT, timezone.now(), checks=failed)
    return assignment


def _practice_failed(assignment: Assignment, tries: int) -> list[str]:
    """Return the practice checks whose last answers miss, after at least so many tries."""
    kept: defaultdict[PlaceItem, list[Answer]] = defaultdict(list)
    rows = assignment.answers.filter(item__kind=PlaceItem.Kind.TRAINING).select_related("item__check_item")
    for answer in rows:
        kept[answer.item].append(answer)
    return [
        item.check_item.slug
        for item, answers in kept.items()
        if item.check_item is not None
        and _changes(answers) >= tries
        and checks.judged(item.check_item.expected, {row.question: row.said for row in answers if row.current}) is False
    ]


def _changes(answers: list[Answer]) -> int:
    """Return how often the whole item had been answered: the first answers count once, every later change again."""
    return 1 + sum(answer.revision > 1 for answer in answers)


def _plain(text: str) -> str:
    """Shorten a free text, and drop the character that PostgreSQL can't store."""
    return text.replace("\x00", "")[:500]


@transaction.atomic
def submit(*, code: str) -> Assignment:
    """Finish: every item is answered, the place is filled, and the receipt code is made. Again, it changes nothing.

    Raises
    ------
    ConflictError
        The place was given back, or items are still unanswered; the message names them.
    """
    assignment = lock(code, "place__survey__study")
    if assignment.state == Assignment.State.SUBMITTED:
        return assignment
    if assignment.state == Assignment.State.RETURNED:
        raise ConflictError(_("You gave this back. Your answers are kept, but it can't be finished any more."))
    if assignment.state == Assignment.State.WITHDRAWN:
        raise ConflictError(_("Your answers were deleted, as you asked. This can't be finished any more."))
    if assignment.state not in RUNNING:
        raise ConflictError(_("This is over; it can't be finished any more."))
    answers = verdicts.answers_of(assignment)
    if missing := unanswered(assignment, answers):
        numbers = ", ".join(str(position) for position in missing)
        raise ConflictError(_("Still without an answer: %(numbers)s.") % {"numbers": numbers})
    now = timezone.now()
    renew(assignment, now)
    assignment.state = Assignment.State.SUBMITTED
    assignment.submitted_at = now
    assignment.receipt_code = "-".join(_letters(4) for _ in range(3))
    assignment.payable = True
    surplus = not assignment.holds_place
    verdicts.judge(assignment, answers)
    assignment.flags = flags.of(assignment, answers)
    fields = ["state", "submitted_at", "receipt_code", "usable", "payable", "excluded_by", "flags", "holds_place"]
    assignment.save(update_fields=fields)
    if not surplus:
        state = Place.State.FILLED if assignment.usable else Place.State.OPEN
        Place.objects.filter(pk=assignment.place_id).update(state=state)
    note(assignment, "submitted", now, surplus=surplus)
    return assignment


def _letters(count: int) -> str:
    return "".join(secrets.choice(_READABLE) for _ in range(count))


def unanswered(assignment: Assignment, answers: Sequence[Answer]) -> list[int]:
    """Return the positions at which an answer is still lacking, or no longer fits the others."""
    given: defaultdict[int, dict[str, Said]] = defaultdict(dict)
    for answer in answers:
        given[answer.item_id][answer.question] = answer.said
    asked = assignment.instrument.asked
    items = PlaceItem.objects.filter(place_id=assignment.place_id).values_list("pk", "position")
    return [position for pk, position in items if not asked.complete(given[pk])]
