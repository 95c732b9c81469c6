"""Take one answer at a time; each is saved, acknowledged with a receipt, and kept when it is changed."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.instruments.instrument import Said
from surveys.instruments.questions import NoAnswerError
from surveys.models import Answer, Assignment, PlaceItem
from surveys.services import assignments, privacy
from surveys.services.errors import AnswerError, ConflictError

LAYOUTS = ("side", "stacked")
DISPLAY_NUMBERS = (
    "rendered_width", "rendered_height", "scale", "dpr", "painted_ms", "visible_ms", "hidden_ms", "focus_losses",
    "resizes", "opened_meanings", "zooms", "flickers", "other_tabs", "typed_chars", "pasted_chars", "pastes",
    "typing_ms",
)  # fmt: skip


@dataclass(frozen=True)
class Given:
    """An answer as the page sent it, checked for its form."""

    position: int
    question: str
    value: Any
    key: uuid.UUID
    skipped: bool = False
    reason: str = ""
    layout: str = ""
    seconds: float | None = None
    display: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer that is kept: what acknowledges it, and what it is."""

    receipt: str
    position: int
    question: str
    value: Any
    skipped: bool

    @classmethod
    def of(cls, answer: Answer, position: int) -> Saved:
        """Return what is said of a row about the item at this position."""
        return cls(answer.receipt, position, answer.question, answer.value, answer.skipped)


def read_given(data: Any) -> Given:
    """Check the form of an answer that came over the wire.

    Raises
    ------
    AnswerError
        A field is missing or has the wrong form; the message names it.
    """
    if not isinstance(data, dict):
        raise AnswerError("The answer must be a JSON object.")
    layout = data.get("layout", "")
    if layout not in (*LAYOUTS, ""):
        raise AnswerError(f"layout must be one of {', '.join(LAYOUTS)}.")
    return Given(
        position=_whole(data, "position"),
        question=_text(data, "question"),
        value=data.get("value"),
        key=_key(data),
        skipped=_flag(data, "skipped"),
        reason=_text(data, "reason") if data.get("reason") else "",
        layout=layout,
        seconds=_number(data, "seconds"),
        display={name: number for name in DISPLAY_NUMBERS if (number := _number(data, name)) is not None},
    )


def _whole(data: dict[str, Any], name: str) -> int:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise AnswerError(f"{name} must be a whole number.")
    return value


def _flag(data: dict[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise AnswerError(f"{name} must be true or false.")
    return value


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 63:
        raise AnswerError(f"{name} must be a short text.")
    return value


def _key(data: dict[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(_text(data, "key"))
    except ValueError as error:
        raise AnswerError("key must be a UUID.") from error


def _number(data: dict[str, Any], name: str) -> float | None:
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise AnswerError(f"{name} must be a number.")
    if not 0 <= value < 1e7:  # false for NaN, too
        raise AnswerError(f"{name} must be a number from 0 to 10 million.")
    return float(value)


@transaction.atomic
def record(*, code: str, given: Given) -> Saved:
    """Save an answer and return it with its receipt; the same key again returns the first receipt.

    Raises
    ------
    AnswerError
        The item, the question or the value is not one that was asked.
    ConflictError
        The assignment is finished or was given back, or the key was used for another answer.
    """
    assignment = assignments.lock(code)
    known = Q(key=given.key) | Q(item__position=given.position, current=True)
    rows = list(assignment.answers.filter(known).select_related("item"))
    if repeated := next((row for row in rows if row.key == given.key), None):
        return Saved.of(_same(assignment, repeated, given), given.position)
    if assignment.state not in assignments.RUNNING:
        raise ConflictError(_("This was finished or given back; it takes no more answers."))
    if not privacy.logs_behaviour(assignment):
        given = privacy.without_behaviour(given)
    item = rows[0].item if rows else _item(assignment, given)
    others = {row.question: row for row in rows}
    before = others.pop(given.question, None)
    said = _checked(assignment, given, others)
    now = timezone.now()
    assignments.renew(assignment, now)
    if before:
        before.current = False
        before.save(update_fields=["current"])
    answer = new(given, said, now, assignment=assignment, item=item, revision=before.revision + 1 if before else 1)
    answer.save(force_insert=True)
    return Saved.of(answer, given.position)


def new(given: Given, said: Said, now: datetime, **of: Any) -> Answer:
    """Make the row of an answer with a receipt of its own; ``of`` says whose it is. Nothing is saved."""
    return Answer(
        question=given.question,
        value=said.value,
        skipped=said.skipped,
        reason=said.reason,
        key=given.key,
        receipt=secrets.token_hex(8),
        answered_at=now,
        seconds=given.seconds,
        layout=given.layout,
        display=given.display,
        **of,
    )


def _same(assignment: Assignment, repeated: Answer, given: Given) -> Answer:
    where = (repeated.item.position, repeated.question) == (given.position, given.question)
    try:
        if where and assignment.instrument.asked.read(given.question, _said(given)) == repeated.said:
            return repeated
    except NoAnswerError:
        pass  # what can't be kept is not what was kept
    raise ConflictError("This key was used for another answer: choose a new one.")


def _said(given: Given) -> Said:
    return Said(given.value, given.skipped, given.reason)


def _item(assignment: Assignment, given: Given) -> PlaceItem:
    item = PlaceItem.objects.filter(place_id=assignment.place_id, position=given.position).first()
    if item is None:
        raise AnswerError(_("There is no such picture here."))
    return item


def _checked(assignment: Assignment, given: Given, others: Mapping[str, Answer]) -> Said:
    """Return the answer as it is kept; the instrument that this assignment began with decides."""
    said = {name: row.said for name, row in others.items()}
    try:
        return assignment.instrument.asked.check(given.question, _said(given), said)
    except NoAnswerError as error:
        raise AnswerError(str(error)) from error
