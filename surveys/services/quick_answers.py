"""The common way of saving an answer: new, to a running assignment; one statement writes it, and no lock is held.

Whatever is not that (a repetition, a change of mind, a mistake, a lease that has aged, an assignment that is over) is
left to `answers.record`, which locks the assignment and says what is wrong. SQL is written out here, because making it
anew from models took most of the time that saving an answer took.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from surveys.instruments import instrument as asked
from surveys.instruments.instrument import Said
from surveys.instruments.questions import NoAnswerError
from surveys.models import Answer, Assignment, Instrument
from surveys.services import answers, assignments, privacy
from surveys.services.answers import Given, Saved

_BEYOND = 2**31  # the database's whole numbers end there
_MOST_REMEMBERED = 1000
_logged: dict[str, bool] = {}
"""Whether behaviour is kept of those who agreed to a text, by the text's hash."""


def record(*, code: str, given: Given) -> Saved | None:
    """Save a first answer to a question of a running assignment and return it; None where nothing was written.

    The statement that writes it also looks whether the assignment still runs and holds its place, and waits for whoever
    has it locked; the database's unique constraints refuse a second current answer. Either way nothing is written.
    """
    now = timezone.now()
    found = _find(code, given, now) if 0 < given.position < _BEYOND else None
    if found is None:
        return None
    try:
        said = found.asked.check(given.question, Said(given.value, given.skipped, given.reason), found.kept)
    except NoAnswerError:
        return None
    if not found.logged:
        given = privacy.without_behaviour(given)
    answer = answers.new(given, said, now, assignment_id=found.assignment, item_id=found.item)
    return Saved.of(answer, given.position) if _insert(answer) else None


_FIND = """
SELECT assignment.id, item.id, instrument.sha256, consent.sha256,
       answer.question, answer.key = %s, answer.value, answer.skipped, answer.reason
FROM surveys_assignment AS assignment
JOIN surveys_placeitem AS item ON item.place_id = assignment.place_id AND item.position = %s
JOIN surveys_instrument AS instrument ON instrument.id = assignment.instrument_id
JOIN surveys_consent AS consent ON consent.id = assignment.consent_id
LEFT JOIN surveys_answer AS answer
    ON answer.assignment_id = assignment.id AND (answer.key = %s OR (answer.item_id = item.id AND answer.current))
WHERE assignment.code = %s AND assignment.state = 'started' AND assignment.holds_place AND assignment.lease_until > %s
"""
_SAVE = """
INSERT INTO surveys_answer ({columns})
SELECT {values} FROM surveys_assignment WHERE id = %s AND state = 'started' AND holds_place {lock}
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """A running assignment, the item at a position, what is asked, and what is kept of this item."""

    assignment: int
    item: int
    asked: asked.Instrument
    logged: bool
    kept: dict[str, Said]


def _find(code: str, given: Given, now: datetime) -> _Found | None:
    key = _column(Answer, "key", given.key)
    lease = _column(Assignment, "lease_until", assignments.aged(now))
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [key, given.position, key, code, lease])
        rows = cursor.fetchall()
    if not rows:
        return None
    kept = {}
    for *_, question, same_key, value, skipped, reason in rows:
        if question is None:
            continue
        if same_key or question == given.question:
            return None
        kept[question] = Said(None if value is None else json.loads(value), bool(skipped), reason)
    assignment, item, instrument, consent = rows[0][:4]
    parsed = Instrument.parsed(instrument)
    return _Found(assignment, item, parsed, _logs(consent, assignment), kept) if parsed else None


def _column(model: type[Model], name: str, value: object) -> Any:
    """Return a value as a model's column takes it from this database's driver."""
    field: Any = model._meta.get_field(name)
    return field.get_db_prep_save(value, connection)


def _logs(consent: str, assignment: int) -> bool:
    if consent not in _logged:
        if len(_logged) >= _MOST_REMEMBERED:
            _logged.clear()
        _logged[consent] = privacy.logs_behaviour(
            Assignment.objects.select_related("consent").only("consent__content").get(pk=assignment)
        )
    return _logged[consent]


def _insert(answer: Answer) -> bool:
    """Write an answer in one statement, if its assignment still runs and nothing else stands in its place."""
    fields = [field for field in Answer._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(getattr(answer, field.attname), connection) for field in fields]
    statement = _SAVE.format(
        columns=", ".join(connection.ops.quote_name(field.column) for field in fields),
        values=", ".join(["%s"] * len(fields)),
        lock="" if connection.vendor == "sqlite" else "FOR NO KEY UPDATE",  # SQLite has one writer at a time
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, answer.assignment_id])
        return bool(cursor.rowcount == 1)
