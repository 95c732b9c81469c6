"""Which answers count: the present ones of assignments that were submitted, are usable and hold their place."""

from __future__ import annotations

from django.db.models import Q

from surveys.models import Assignment

COUNTED = Q(
    current=True,
    assignment__state=Assignment.State.SUBMITTED,
    assignment__usable=True,
    assignment__holds_place=True,
)
