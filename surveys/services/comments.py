"""What somebody wants to say at the end, beside the answers."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.models import Assignment
from surveys.services import assignments
from surveys.services.errors import ConflictError

LONGEST = 2000


@transaction.atomic
def keep(*, code: str, text: str) -> Assignment:
    """Keep a comment in place of the one before; an empty one takes it back.

    Raises
    ------
    ConflictError
        The assignment is not finished, or its answers were taken back.
    """
    assignment = assignments.lock(code)
    if assignment.state != Assignment.State.SUBMITTED:
        raise ConflictError(_("A comment can be left when everything is answered."))
    assignment.comment = text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST]
    assignment.save(update_fields=["comment"])
    return assignment
