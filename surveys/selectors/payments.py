"""Who is to be paid at a panel, in the panel's own words: for the eyes of whoever pays, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, Subquery

from surveys.models import Assignment, PanelPerson, Survey
from surveys.selectors.transfers import of_assignment
from surveys.services.panel_people import outcome_of
from surveys.services.panels import recruitment_of

COLUMNS = (
    "panel", "posting", "person", "work", "state", "outcome", "payable", "receipt_code", "started_at", "submitted_at",
    "minutes", "panel_state", "paid",
)  # fmt: skip


def payments(survey: Survey) -> Iterator[dict[str, str]]:
    """Yield a row for each assignment of a survey whose person a panel named, in the order of arrival.

    ``payable`` is empty while the assignment has not ended, ``minutes`` (from the first page to the receipt, pauses
    included) while it is not submitted. ``panel_state`` and ``paid`` (bonuses included, fees not) are known for panels
    that are spoken to. Who came again by other ids has one row, with the latest.
    """
    latest = PanelPerson.objects.filter(assignment=OuterRef("assignment")).order_by("-pk").values("pk")[:1]
    rows = PanelPerson.objects.filter(assignment__place__survey=survey, pk=Subquery(latest))
    for row in rows.select_related("assignment__posting").order_by("assignment__started_at", "pk").iterator():
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
            **_at_panel(row.assignment),
        }


def _at_panel(assignment: Assignment) -> dict[str, str]:
    """Return what a panel that is spoken to shows of the work, and what was paid for it."""
    if recruitment_of(assignment.posting) is None:
        return {"panel_state": "", "paid": ""}
    shown = assignment.submissions.order_by("-pk").values_list("state", flat=True).first()
    paid = of_assignment(assignment)["paid"]
    return {"panel_state": shown or "", "paid": f"{paid:.2f}"}
