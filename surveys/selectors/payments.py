"""Who is to be paid at a panel, in the panel's own words: for the eyes of whoever pays, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

from surveys.models import PanelPerson, Survey
from surveys.services.panel_people import outcome_of

COLUMNS = (
    "panel", "posting", "person", "work", "state", "outcome", "payable", "receipt_code", "started_at", "submitted_at",
    "minutes",
)  # fmt: skip


def payments(survey: Survey) -> Iterator[dict[str, str]]:
    """Yield a row for each assignment of a survey whose person a panel named, in the order of arrival.

    ``payable`` is empty while the assignment has not ended, ``minutes`` (from the first page to the receipt, pauses
    included) while it is not submitted.
    """
    rows = PanelPerson.objects.filter(assignment__place__survey=survey).select_related("assignment__posting")
    for row in rows.order_by("arrived_at", "pk").iterator():
        ended = row.assignment.submitted_at
        payable = row.assignment.payable
        minutes = (ended - row.assignment.started_at).total_seconds() / 60 if ended else None
        yield {
            "panel": row.assignment.posting.panel,
            "posting": row.posting,
            "person": row.person,
            "work": row.work,
            "state": row.assignment.state,
            "outcome": outcome_of(row.assignment),
            "payable": "" if payable is None else str(payable).lower(),
            "receipt_code": row.assignment.receipt_code or "",
            "started_at": row.assignment.started_at.isoformat(timespec="seconds"),
            "submitted_at": ended.isoformat(timespec="seconds") if ended else "",
            "minutes": "" if minutes is None else f"{minutes:.1f}",
        }
