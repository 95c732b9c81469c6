"""Who came through a panel: led back, remembered for pay, sent on at the end, and forgotten in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from surveys.models import Assignment, PanelPerson, Posting, Study
from surveys.panels.base import Arrival, ArrivalRefused, Code, Redirect
from surveys.panels.generic import Description, Generic
from surveys.participant_tables import PrivacyDefinition

__all__ = ["Arrival", "ArrivalRefused", "Ending", "assignment_of", "ending", "forget", "read", "remember"]


@dataclass(frozen=True)
class Ending:
    """Where the panel wants somebody now: an address, or a code to paste there; both empty: nothing is to be done."""

    panel: str = ""
    url: str = ""
    code: str = ""


def read(posting: Posting, query: Mapping[str, str]) -> Arrival:
    """Read what the panel put on the address of its link.

    Raises
    ------
    ArrivalRefused
        It does not say who came, or not in a way that can be read.
    """
    return _panel(posting).arrival(query)


def assignment_of(posting: Posting, arrival: Arrival) -> Assignment | None:
    """Return what these very ids began in this survey, so that who comes again goes on where they were."""
    rows = PanelPerson.objects.filter(
        panel=arrival.environment.panel,
        environment=arrival.environment.name,
        person=arrival.person,
        work=arrival.assignment,
        assignment__place__survey=posting.survey_id,
    )
    row = rows.select_related("assignment").order_by("-attempt", "-pk").first()
    return row.assignment if row else None


def remember(assignment: Assignment, arrival: Arrival) -> PanelPerson:
    """Keep what the panel calls somebody who starts, until the day that they were told."""
    privacy = assignment.posting.survey.study.definition.get("privacy", {})
    days = privacy.get("panel_ids_days", PrivacyDefinition().panel_ids_days)
    same = {
        "panel": arrival.environment.panel,
        "environment": arrival.environment.name,
        "person": arrival.person,
        "work": arrival.assignment,
    }
    return PanelPerson.objects.create(
        **same,
        assignment=assignment,
        posting=arrival.posting,
        attempt=PanelPerson.objects.filter(**same).count() + 1,
        arrived_at=assignment.started_at,
        forget_after=assignment.started_at + timedelta(days=days),
    )


def ending(assignment: Assignment) -> Ending:
    """Say where the panel wants somebody whose assignment has ended; codes stay secret until then."""
    outcome = outcome_of(assignment)
    row = PanelPerson.objects.filter(assignment=assignment).first()
    if not outcome or row is None:
        return Ending()
    posting = assignment.posting
    panel = _panel(posting)
    if outcome not in panel.description.outcomes:
        return Ending(posting.panel)
    came = Arrival(panel.environment, row.posting, row.work, row.person)
    finish = panel.finish(came, receipt_code=assignment.receipt_code or "", outcome=outcome)
    url = finish.url if isinstance(finish, Redirect) else ""
    code = finish.code if isinstance(finish, Code) else panel.description.outcomes[outcome].code or ""
    return Ending(posting.panel, url, code)


def outcome_of(assignment: Assignment) -> str:
    """Return the panel's word for how an assignment ended; empty while it goes on, or went without an end."""
    if assignment.state == Assignment.State.SUBMITTED or (
        assignment.state == Assignment.State.WITHDRAWN and assignment.submitted_at
    ):
        return "complete"
    return "screened_out" if assignment.state == Assignment.State.SCREENED_OUT else ""


def forget(*, study: Study | None = None, now: datetime | None = None, at_once: bool = False) -> int:
    """Delete what panels call people, where its day has come; their digests, which exclude repeats, stay.

    Parameters
    ----------
    study
        Only this study's; all studies' without it.
    at_once
        Whether the day does not matter. Who is still at it is left alone even so.

    Returns
    -------
    int
        How many rows were deleted.
    """
    rows = PanelPerson.objects.all()
    if study is not None:
        rows = rows.filter(assignment__place__survey__study=study)
    if at_once:
        rows = rows.exclude(assignment__state=Assignment.State.STARTED)
    else:
        rows = rows.filter(forget_after__lte=now or timezone.now())
    return rows.delete()[0]


def _panel(posting: Posting) -> Generic:
    return Generic(Description.model_validate(posting.description))
