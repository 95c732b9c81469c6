"""Compare what a panel's own list says with what is known here, and book what it shows; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from surveys.models import Assignment, PanelPerson, PanelPosting, PanelSubmission, Recruitment
from surveys.panels.base import Can, Panel, Status, Submission
from surveys.services import assignments, offers, panel_money, panel_people, recruiting
from surveys.services.errors import ServiceError

Finding = PanelSubmission.Finding
State = PanelSubmission.State
ENDED = (Assignment.State.SUBMITTED, Assignment.State.WITHDRAWN, Assignment.State.SCREENED_OUT)
UNPAID = (State.REJECTED, State.SCREENED_OUT, State.RETURNED, State.TIMED_OUT)


@dataclass
class Synced:
    """What a look at the panel brought.

    ``fresh`` is each submission as the panel named it just now, by our row's key: the only word on whom to pay.
    """

    fresh: dict[int, Submission] = field(default_factory=dict, repr=False)
    new: int = 0
    changed: int = 0
    gone: list[str] = field(default_factory=list)


def sync(*, recruitment: Recruitment, panel: Panel, now: datetime | None = None) -> Synced:
    """Pull everything that a panel shows of a recruitment, to the last page, and write it down.

    Finds postings of ours that were made and never heard of, tells the panel who began, and books money for what was
    handed in, approved and rejected there. It approves, rejects and removes nothing.

    Raises
    ------
    ServiceError
        The panel can't be asked; what was read until then is kept.
    """
    if Can.STATUS not in panel.abilities:
        raise ServiceError(f"The panel {recruitment.panel} can't be asked who submitted what.")
    now = now or timezone.now()
    result = Synced()
    with recruiting.asking(recruitment):
        recruiting.find_postings(recruitment=recruitment, panel=panel)
        rows = {row.reference: row for row in recruitment.postings.filter(removed=False)}
        statuses = panel.status(list(rows), on=now.date()) if rows else ()
    for status in statuses:
        _take(recruitment, rows.pop(status.posting), status, now, result)
    result.gone = sorted(rows)
    recruiting.tell_began(recruitment=recruitment, panel=panel)
    if recruitment.postings.filter(removed=True).exists():
        cost = ""  # what is removed is in no list any more
    else:
        cost = str(sum((status.cost.amount for status in statuses), Decimal(0)))
    Recruitment.objects.filter(pk=recruitment.pk).update(synced_at=now, attended_at=now, trouble="", cost_there=cost)
    recruitment.refresh_from_db()
    return result


@transaction.atomic
def _take(recruitment: Recruitment, posting: PanelPosting, status: Status, now: datetime, result: Synced) -> None:
    """Write down what one posting's list says; two who sync at once do so one after the other."""
    Recruitment.objects.select_for_update(no_key=True).get(pk=recruitment.pk)
    known = {(row.work, row.digest): row for row in recruitment.submissions.filter(posting=posting)}
    people = _people(recruitment, status.submissions)
    for shown in status.submissions:
        digest = panel_people.digest_of(recruitment.link, shown.person)
        row = known.get((shown.assignment, digest))
        if row is None:
            row = _new(recruitment, posting, shown, digest, people, now)
            result.new += 1
        _update(row, shown, people, now, result)
        result.fresh[row.pk] = shown
    handed_in = sum(one.state == "submitted" for one in status.submissions)
    each = sum(panel_money.price_of(posting), Decimal(0))
    posting.open, posting.places, posting.seen_at = status.open, status.places, now
    posting.at_work = max(0, int(status.liability.amount / each) - handed_in) if each else status.places_free or 0
    posting.save(update_fields=["open", "places", "seen_at", "at_work"])


def _people(recruitment: Recruitment, shown: Iterable[Submission]) -> dict[tuple[str, str], list[PanelPerson]]:
    """Return who came here, by the panel's ids of work and person, the latest first."""
    works = [one.assignment for one in shown]
    people = [one.person for one in shown]
    rows = PanelPerson.objects.filter(assignment__posting=recruitment.link).select_related("assignment").order_by("-pk")
    found: dict[tuple[str, str], list[PanelPerson]] = {}
    for row in rows.filter(person__in=people) if len(works) < 500 else rows:
        found.setdefault((row.work, row.person), []).append(row)
        found.setdefault(("", row.person), []).append(row)
    return found


def _new(
    recruitment: Recruitment,
    posting: PanelPosting,
    shown: Submission,
    digest: str,
    people: dict[tuple[str, str], list[PanelPerson]],
    now: datetime,
) -> PanelSubmission:
    finding, assignment = _find(recruitment, posting, shown, people)
    return PanelSubmission.objects.create(
        recruitment=recruitment,
        posting=posting,
        work=shown.assignment,
        digest=digest,
        state=State.ACTIVE,
        finding=finding,
        assignment=assignment,
        seen_at=now,
    )


def _find(
    recruitment: Recruitment,
    posting: PanelPosting,
    shown: Submission,
    people: dict[tuple[str, str], list[PanelPerson]],
) -> tuple[str, Assignment | None]:
    """Say which assignment of ours a submission is for: same person by the panel's own word, and the right code."""
    rows = people.get((shown.assignment, shown.person)) or people.get(("", shown.person)) or []
    if not rows:
        return Finding.UNKNOWN, None
    assignment = rows[0].assignment
    if posting.compensates_id is not None:
        right = posting.compensates_id == assignment.pk
        return _unless_paid(assignment, shown, Finding.MATCHES if right else Finding.UNKNOWN)
    if assignment.state not in ENDED:
        return Finding.UNFINISHED, assignment
    if shown.receipt_code not in _codes(recruitment, assignment):
        return Finding.OTHER_CODE, assignment
    return _unless_paid(assignment, shown, Finding.MATCHES)


def _unless_paid(assignment: Assignment, shown: Submission, finding: str) -> tuple[str, Assignment]:
    others = PanelSubmission.objects.filter(assignment=assignment, finding=Finding.MATCHES)
    return (Finding.AGAIN if others.exists() else finding), assignment


def _codes(recruitment: Recruitment, assignment: Assignment) -> set[str]:
    outcome = panel_people.outcome_of(assignment)
    expected = {assignment.receipt_code, f"{outcome}-{assignment.code}", offers.codes_of(recruitment.link).get(outcome)}
    return {code for code in expected if code}


def _update(
    row: PanelSubmission,
    shown: Submission,
    people: dict[tuple[str, str], list[PanelPerson]],
    now: datetime,
    result: Synced,
) -> None:
    """Write down a submission's present state, and book what that means for money."""
    before = (row.state, row.finding)
    if row.finding in (Finding.UNFINISHED, Finding.UNKNOWN, Finding.OTHER_CODE):
        row.finding, row.assignment = _find(row.recruitment, row.posting, shown, people)
    row.state = State(shown.state)
    if before == (row.state, row.finding) and row.state != State.ACTIVE:
        return
    row.accepted_at, row.submitted_at = shown.accepted_at, shown.submitted_at
    row.decided_at, row.approves_itself_at = shown.decided_at, shown.approved_by_itself_at
    row.seen_at = now
    row.save()
    _free_place(row)
    result.changed += before != (row.state, row.finding)
    book(row)


def _free_place(row: PanelSubmission) -> None:
    """Give a place to somebody else that its person has returned at the panel, or whose time ran out there."""
    assignment = row.assignment
    if row.state not in (State.RETURNED, State.TIMED_OUT) or assignment is None:
        return
    newest = assignment.panel_people.order_by("-pk").values_list("work", flat=True).first()
    if assignment.state in assignments.RUNNING and newest in (None, row.work):
        assignments.give_back(code=assignment.code, reason=f"{row.get_state_display().lower()} at the panel")


def book(row: PanelSubmission) -> None:
    """Move the money that a submission's state stands for; what was moved before is not moved again."""
    if row.state == State.SUBMITTED:
        panel_money.owe(row)
    if row.state == State.APPROVED:
        panel_money.pay(row)
    if row.state in UNPAID:
        panel_money.forgo(row)
