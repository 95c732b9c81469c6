"""Who came through a panel: led back, remembered for pay, sent on at the end, and forgotten in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone

from surveys.models import Assignment, PanelPerson, PanelPosting, Posting, Study
from surveys.panels.base import Arrival, ArrivalRefused, Code, FormPost, Redirect
from surveys.participant_tables import PrivacyDefinition
from surveys.services import identities, offers, panels

__all__ = [
    "Arrival",
    "ArrivalRefused",
    "Ending",
    "assignment_of",
    "digest_of",
    "ending",
    "forget",
    "read",
    "remember",
]
State = Assignment.State
SCREENED_OUT = "screened_out"
UNFINISHED = (State.STARTED, State.TIMED_OUT)


@dataclass(frozen=True)
class Ending:
    """How the panel hears from somebody now: by a form, by going to an address, or by a code that they paste there.

    With none of them nothing is to be done. The form can be posted again, also after the page was loaded anew.
    """

    panel: str = ""
    url: str = ""
    code: str = ""
    form_url: str = ""
    form_fields: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def form_origin(self) -> str:
        """The site that the form goes to, which the page has to be allowed to post to."""
        return "/".join(self.form_url.split("/")[:3])


def read(posting: Posting, query: Mapping[str, str]) -> Arrival:
    """Read what the panel put on the address of its link.

    Raises
    ------
    ArrivalRefused
        It does not say who came, or not in a way that can be read.
    """
    return panels.door(posting).arrival(query)


def is_ours(posting: Posting, arrival: Arrival) -> bool:
    """Tell whether somebody comes by something that we advertise; anybody can write an address.

    While places are still being advertised, somebody may come by one that the panel has made and we have not heard of.
    """
    recruitment = panels.recruitment_of(posting)
    if recruitment is None or recruitment.rounds.filter(done=False).exists():
        return True
    return recruitment.postings.filter(reference=arrival.posting).exists()


def digest_of(posting: Posting, person: str) -> str:
    """Return the keyed hash of who came; practice knows nobody of the real thing, and the other way about."""
    return digests(posting)(person)


def digests(posting: Posting) -> Callable[[str], str]:
    """Return what makes the keyed hash of everybody who comes by a link."""
    recruitment = panels.recruitment_of(posting)
    name = posting.panel
    if recruitment is not None and recruitment.environment != "production":
        name = f"{posting.panel} {recruitment.environment}"
    return partial(identities.panel_digest, name)


def assignment_of(posting: Posting, arrival: Arrival) -> Assignment | None:
    """Return what these ids began in this survey, so that who comes again goes on where they were.

    Other work of the same person leads back too where the panel can only have given it to them again: what they began
    by this link and have not finished, or have finished without handing it in at the same posting.
    """
    if row := row_of(posting, arrival):
        return row.assignment
    if not arrival.assignment:
        return None
    rows = _rows(arrival).filter(assignment__place__survey=posting.survey_id).select_related("assignment")
    for row in rows.filter(assignment__posting=posting).order_by("-pk")[:1]:
        if row.assignment.state in UNFINISHED or _not_handed_in(row, arrival):
            return row.assignment
    return None


def row_of(posting: Posting, arrival: Arrival) -> PanelPerson | None:
    """Return the latest time that somebody came by these very ids in this survey."""
    rows = _rows(arrival).filter(assignment__place__survey=posting.survey_id, work=arrival.assignment)
    return rows.select_related("assignment").order_by("-attempt", "-pk").first()


def _rows(arrival: Arrival) -> QuerySet[PanelPerson]:
    where = arrival.environment
    return PanelPerson.objects.filter(panel=where.panel, environment=where.name, person=arrival.person)


def _not_handed_in(row: PanelPerson, arrival: Arrival) -> bool:
    """Tell whether finished work can be handed in by this arrival: nobody can hold one posting twice at a time."""
    if row.assignment.state not in (State.SUBMITTED, State.SCREENED_OUT):
        return False
    pays = PanelPosting.objects.filter(reference=arrival.posting, compensates=row.assignment)
    return (bool(arrival.posting) and row.posting == arrival.posting) or pays.exists()


def take_up(assignment: Assignment, arrival: Arrival) -> None:
    """Remember by which ids somebody came again, so that the latest is the one that is handed in."""
    same = _rows(arrival).filter(assignment=assignment, work=arrival.assignment)
    if not same.exists():
        remember(assignment, arrival)
    else:
        same.exclude(submit_to=arrival.submit_to).update(submit_to=arrival.submit_to)


def remember(assignment: Assignment, arrival: Arrival) -> PanelPerson:
    """Keep what the panel calls somebody, until the day that they were told."""
    privacy = assignment.posting.survey.study.definition.get("privacy", {})
    days = privacy.get("panel_ids_days", PrivacyDefinition().panel_ids_days)
    return PanelPerson.objects.create(
        panel=arrival.environment.panel,
        environment=arrival.environment.name,
        person=arrival.person,
        work=arrival.assignment,
        assignment=assignment,
        posting=arrival.posting,
        submit_to=arrival.submit_to,
        attempt=_rows(arrival).filter(work=arrival.assignment).count() + 1,
        arrived_at=timezone.now(),
        forget_after=assignment.started_at + timedelta(days=days),
    )


def ending(assignment: Assignment, arrival: int | None = None) -> Ending:
    """Say where the panel wants somebody whose assignment has ended; codes stay secret until then.

    Parameters
    ----------
    arrival
        By which ids they came this time; others may have come in their name. Without it, the latest.
    """
    outcome = outcome_of(assignment)
    rows = assignment.panel_people.order_by("-pk")
    row = rows.first() if arrival is None else rows.filter(pk=arrival).first()
    if not outcome or row is None:
        return Ending()
    posting = assignment.posting
    door, title = panels.door(posting), panels.title(posting.panel)
    came = Arrival(door.environment, row.posting, row.work, row.person, submit_to=row.submit_to)
    receipt = assignment.receipt_code or f"{outcome}-{assignment.code}"
    finish = door.finish(came, receipt_code=receipt, outcome=outcome, opening=offers.opening_of(posting))
    if isinstance(finish, FormPost):
        return Ending(title, form_url=finish.url, form_fields=finish.fields)
    codes = offers.codes_of(posting)
    if outcome not in codes:
        return Ending(title)
    url = finish.url if isinstance(finish, Redirect) else ""
    code = finish.code if isinstance(finish, Code) else codes[outcome]
    return Ending(title, url, code)


def outcome_of(assignment: Assignment) -> str:
    """Return the panel's word for how an assignment ended; empty while it goes on, or went without an end."""
    if assignment.state == State.SUBMITTED or (assignment.state == State.WITHDRAWN and assignment.submitted_at):
        return "complete"
    return SCREENED_OUT if assignment.state == State.SCREENED_OUT else ""


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
        rows = rows.exclude(assignment__state=State.STARTED)
    else:
        rows = rows.filter(forget_after__lte=now or timezone.now())
    return rows.delete()[0]
