"""Which answers count: present ones, of assignments that were submitted, are usable and hold their place, to stimuli.

Checks, practice and what is asked again or about an original never count.
"""

from __future__ import annotations

from django.db.models import Q

from surveys.models import Assignment, PlaceItem

COUNTED = Q(
    current=True,
    assignment__state=Assignment.State.SUBMITTED,
    assignment__usable=True,
    assignment__holds_place=True,
    item__kind=PlaceItem.Kind.STUDY,
)


def counts(assignment: Assignment) -> bool:
    """Tell whether an assignment's answers to stimuli count."""
    return bool(assignment.holds_place and assignment.state == Assignment.State.SUBMITTED and assignment.usable)
