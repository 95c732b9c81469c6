"""What people may take back, and what is kept of how they behaved on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from surveys.models import Assignment, Place
from surveys.services import assignments
from surveys.services.errors import ServiceError

if TYPE_CHECKING:
    from surveys.services.answers import Given

_CODE = re.compile(r"[^0-9A-Z]")
_BLANK: dict[str, object] = {
    "usable": None,
    "excluded_by": [],
    "flags": [],
    "comment": "",
    "screen": {},
    "device": "",
    "browser": "",
    "question_order": [],
}


class TooLateError(ServiceError):
    """The day until which answers could be withdrawn has passed."""


@dataclass(frozen=True)
class Withdrawn:
    """The assignment, and how many saved answers were deleted now."""

    assignment: Assignment
    deleted: int


def find(receipt_code: str) -> Assignment | None:
    """Return the assignment of a receipt code, however its letters are spaced; None for a code that is not ours."""
    letters = _CODE.sub("", receipt_code.upper()[:100])
    if len(letters) != 12 or not letters.isascii():
        return None
    code = "-".join((letters[:4], letters[4:8], letters[8:]))
    return Assignment.objects.select_related("consent", "place__survey__study").filter(receipt_code=code).first()


def withdrawable_until(assignment: Assignment) -> datetime | None:
    """Return the end of the time that this participant was promised; None where no end was named, or not finished."""
    if assignment.submitted_at is None:
        return None
    return end_of_withdrawal(assignment.consent.content, assignment.submitted_at)


def end_of_withdrawal(told: dict[str, Any], finished: datetime) -> datetime | None:
    """Return until when somebody can withdraw who was told this and finished then; None where no end was named."""
    said = told.get("withdrawal") or {}
    if said.get("days"):
        return finished + timedelta(days=said["days"])
    if said.get("date"):
        return datetime.combine(date.fromisoformat(said["date"]), time.max, UTC)
    return None


def is_over(assignment: Assignment) -> bool:
    """Tell whether the time to withdraw has passed."""
    until = withdrawable_until(assignment)
    return until is not None and timezone.now() > until


@transaction.atomic
def withdraw(*, code: str) -> Withdrawn:
    """Delete the answers of an assignment and reopen its place; whether it is paid does not change. Again: nothing.

    Parameters
    ----------
    code
        The assignment's code. Whoever has not finished may withdraw at any time.

    Raises
    ------
    TooLateError
        The assignment was finished, and the time that its participant was promised is over.
    """
    assignment = assignments.lock(code)
    if assignment.state == Assignment.State.WITHDRAWN:
        return Withdrawn(assignment, 0)
    now = timezone.now()
    if (until := withdrawable_until(assignment)) and is_over(assignment):
        day = date_format(until, pgettext("a day", "j F Y"))
        raise TooLateError(_("Answers could be withdrawn until %(day)s.") % {"day": day})
    deleted = assignment.answers.all().delete()[0]
    assignment.events.update(detail={})  # reasons that somebody may have written
    if assignment.holds_place:
        Place.objects.filter(pk=assignment.place_id).update(state=Place.State.OPEN)
    for name, value in (_BLANK | {"state": Assignment.State.WITHDRAWN, "holds_place": False}).items():
        setattr(assignment, name, value)
    assignment.save(update_fields=["state", "holds_place", *_BLANK])
    assignments.note(assignment, "withdrawn", now, answers=deleted)
    return Withdrawn(assignment, deleted)


def logs_behaviour(assignment: Assignment) -> bool:
    """Tell whether this participant agreed to a page that keeps how it was used."""
    return bool(assignment.consent.content.get("log_behaviour", True))


def without_behaviour(given: Given) -> Given:
    """Return an answer without what the page noticed beside it."""
    return replace(given, layout="", seconds=None, display={})
