"""Compare what a panel's own list says with what is known here, and book what it shows; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from surveys.models import Assignment, PanelPerson, PanelPosting, PanelSubmission, Recruitment
from surveys.panels.base import Can, Panel, Status, Submission
from surveys.services import assignments, offers, panel_money, panel_people, recruiting
from surveys.services.errors import ServiceError

Finding = PanelSubmission.Finding
State = PanelSubmission.State
ENDED = (Assignment.State.SUBMITTED, Assignment.State.WITHDRAWN, Assignment.State.SCREENED_OUT)
OPEN_FINDINGS = (Finding.UNFINISHED, Finding.UNKNOWN, Finding.OTHER_CODE)
_AT_ONCE = 50
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
        rows = {row.reference: row for row in recruitment.postings.filter(removed=False).exclude(reference=F("token"))}
        statuses = panel.status(list(rows), on=now.date()) if rows else ()
    for status in statuses:
        _take(recruitment, rows.pop(status.posting), status, now, result)
    result.gone = sorted(rows)
    if recruitment.postings.filter(removed=True).exists():
        cost = ""  # what is removed is in no list any more
    else:
        cost = str(sum((status.cost.amount for status in statuses), Decimal(0)))
    Recruitment.objects.filter(pk=recruitment.pk).update(synced_at=now, attended_at=now, trouble="", cost_there=cost)
    recruiting.tell_began(recruitment=recruitment, panel=panel)
    recruitment.refresh_from_db()
    return result


def _take(recruitment: Recruitment, posting: PanelPosting, status: Status, now: datetime, result: Synced) -> None:
    """Write down what one posting's list says: some submissions at a time, so that nobody else has to wait for long."""
    digest_of = panel_people.digests(recruitment.link)
    shown = [(digest_of(one.person), one) for one in status.submissions]
    for start in range(0, len(shown), _AT_ONCE):
        _take_some(recruitment, posting, shown[start : start + _AT_ONCE], now, result)
    handed_in = sum(one.state == "submitted" for one in status.submissions)
    each = sum(panel_money.price_of(posting), Decimal(0))
    posting.open, posting.places, posting.seen_at = status.open, status.places, now
    posting.at_work = max(0, int(status.liability.amount / each) - handed_in) if each else status.places_free or 0
    posting.save(update_fields=["open", "places", "seen_at", "at_work"])


def _take_some(
    recruitment: Recruitment, posting: PanelPosting, shown: list[tuple[str, Submission]], now: datetime, result: Synced
) -> None:
    known = _known(posting, shown)
    fresh = {key: one for key, one in _by_key(shown).items() if _changed(known.get(key), one)}
    if fresh:
        known |= _write(recruitment, posting, fresh, now, result)
    for digest, one in shown:
        result.fresh[known[one.assignment, digest].pk] = one


def _by_key(shown: list[tuple[str, Submission]]) -> dict[tuple[str, str], Submission]:
    return {(one.assignment, digest): one for digest, one in shown}


def _known(posting: PanelPosting, shown: list[tuple[str, Submission]]) -> dict[tuple[str, str], PanelSubmission]:
    rows = posting.submissions.filter(work__in=[one.assignment for _, one in shown])
    return {(row.work, row.digest): row for row in rows}


def _changed(row: PanelSubmission | None, shown: Submission) -> bool:
    """Tell whether there is something to write: also where a finding may be another by now, or money was not booked."""
    if row is None or row.state != shown.state or row.state == State.ACTIVE:
        return True
    return row.finding in OPEN_FINDINGS or not row.booked


@transaction.atomic
def _write(
    recruitment: Recruitment,
    posting: PanelPosting,
    fresh: dict[tuple[str, str], Submission],
    now: datetime,
    result: Synced,
) -> dict[tuple[str, str], PanelSubmission]:
    """Write what is new or changed; two who sync at once do so one after the other."""
    Recruitment.objects.select_for_update(no_key=True).get(pk=recruitment.pk)
    known = _known(posting, [(digest, one) for (_, digest), one in fresh.items()])
    people = _people(recruitment, fresh.values())
    for key, shown in fresh.items():
        row = known.get(key)
        if row is None:
            row = known[key] = _new(recruitment, posting, shown, key[1], people, now)
            result.new += 1
        _update(row, shown, people, now, result)
    return known


def _people(recruitment: Recruitment, shown: Iterable[Submission]) -> dict[tuple[str, str], list[PanelPerson]]:
    """Return who came here, by the panel's ids of work and person, the latest first."""
    people = [one.person for one in shown]
    rows = PanelPerson.objects.filter(assignment__posting=recruitment.link).select_related("assignment").order_by("-pk")
    found: dict[tuple[str, str], list[PanelPerson]] = {}
    for row in rows.filter(person__in=people):
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
    finding, assignment = _find(recruitment, posting, shown, people, digest)
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
    digest: str,
) -> tuple[str, Assignment | None]:
    """Say which assignment of ours a submission is for: same person by the panel's own word, and the right code."""
    rows = people.get((shown.assignment, shown.person)) or people.get(("", shown.person)) or []
    assignment = rows[0].assignment if rows else _by_digest(recruitment, digest)
    if assignment is None:
        return Finding.UNKNOWN, None
    if posting.compensates_id is not None:
        right = posting.compensates_id == assignment.pk
        return _unless_paid(assignment, shown, Finding.MATCHES if right else Finding.UNKNOWN)
    if assignment.state not in ENDED:
        return Finding.UNFINISHED, assignment
    if shown.receipt_code not in _codes(recruitment, assignment):
        return Finding.OTHER_CODE, assignment
    return _unless_paid(assignment, shown, Finding.MATCHES)


def _by_digest(recruitment: Recruitment, digest: str) -> Assignment | None:
    """Return the work of somebody whose ids are deleted already: the keyed hash of them is kept."""
    rows = Assignment.objects.filter(posting=recruitment.link, participant__identity__digest=digest)
    return rows.order_by("-pk").first()


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
    if row.finding in OPEN_FINDINGS:
        row.finding, row.assignment = _find(row.recruitment, row.posting, shown, people, row.digest)
    row.state = State(shown.state)
    if before == (row.state, row.finding) and row.state != State.ACTIVE and row.booked:
        return
    row.accepted_at, row.submitted_at = shown.accepted_at, shown.submitted_at
    row.decided_at, row.approves_itself_at = shown.decided_at, shown.approved_by_itself_at
    row.seen_at, row.booked = now, True
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
