"""The life of an assignment whose place was claimed: held by a lease, given back, or filled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
    Place,
    PlaceItem,
    Survey,
)
from surveys.services import flags, keys, verdicts
from surveys.services.errors import (
    ConflictError,
)

RUNNING = (Assignment.State.STARTED, Assignment.State.TIMED_OUT)
"""The states of an assignment that can still be worked on."""
_RENEWED_AFTER = 1 / 20


def skip_locked(*, wait: bool) -> bool:
    """Tell whether rows that others have locked are left out; otherwise they are waited for."""
    return not wait and connection.features.has_select_for_update_skip_locked


def lease_end(now: datetime) -> datetime:
    """Return the end of a lease that begins now."""
    return now + timedelta(seconds=settings.LEASE_SECONDS)


def note(assignment: Assignment, kind: str, at: datetime, **detail: Any) -> None:
    """Write an event of the assignment's life."""
    Event.objects.create(assignment=assignment, kind=kind, at=at, detail=detail)


def release_stale(*, survey: Survey, now: datetime, wait: bool = False) -> int:
    """Reopen the places whose lease has run out, leaving or waiting for what others locked; return how many."""
    stale = stale_ones(survey, now).select_for_update(no_key=True, skip_locked=skip_locked(wait=wait), of=of_self())
    released = 0
    for assignment in stale.order_by("pk"):
        _release(assignment, Assignment.State.TIMED_OUT, now)
        released += 1
    return released


def stale_ones(survey: Survey, now: datetime) -> QuerySet[Assignment]:
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
        Assignment.objects.select_for_update(no_key=True, of=of_self())
        .select_related("place", "instrument", "consent", *more)
        .defer("instrument__content")
        .get(code=code)
    )


def of_self() -> tuple[str, ...]:
    """Return what to lock where a row is read with others."""
    return ("self",) if connection.features.has_select_for_update_of else ()


def renew(assignment: Assignment, now: datetime) -> None:
    """Extend the lease of a locked assignment; one that lost its place gets it back if it is still open.

    A lease of which less than a twentieth has passed is left as it is.
    """
    if not assignment.holds_place:
        _regain(assignment, now)
    elif assignment.lease_until > aged(now):
        return
    assignment.lease_until = lease_end(now)
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
    assignment.receipt_code = "-".join(keys.new_code(4) for _ in range(3))
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


def unanswered(assignment: Assignment, answers: Sequence[Answer]) -> list[int]:
    """Return the positions at which an answer is still lacking, or no longer fits the others."""
    given: defaultdict[int, dict[str, Said]] = defaultdict(dict)
    for answer in answers:
        given[answer.item_id][answer.question] = answer.said
    asked = assignment.instrument.asked
    items = PlaceItem.objects.filter(place_id=assignment.place_id).values_list("pk", "position")
    return [position for pk, position in items if not asked.complete(given[pk])]
