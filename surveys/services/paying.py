"""Approve and reject at a panel: only whom its own list names, each once, each a decision of a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from surveys.models import Assignment, PanelSubmission, Recruitment
from surveys.panels.base import (
    BeingAsked,
    Can,
    Closing,
    Panel,
    PanelError,
    PanelRefused,
    PanelUnsure,
    Submission,
)
from surveys.services import panel_money, reconciling
from surveys.services.errors import ConflictError, ServiceError
from surveys.services.recruiting import asking, journal_of

State = PanelSubmission.State
Finding = PanelSubmission.Finding
LEAST_REASON = 5
"""Characters of a reason that a person reads."""


@dataclass(frozen=True)
class Done:
    """What became of a request for many: how many went well, and what each other one met, in words."""

    done: int
    troubles: tuple[str, ...] = ()


def to_approve(recruitment: Recruitment) -> list[PanelSubmission]:
    """Return what waits for a verdict, is somebody's finished work here, and is payable by the frozen rules."""
    rows = recruitment.submissions.filter(state=State.SUBMITTED, finding=Finding.MATCHES, assignment__payable=True)
    if recruitment.screens_out:
        rows = rows.exclude(assignment__state=Assignment.State.SCREENED_OUT)
    return list(rows.select_related("assignment").order_by("pk"))


def approve(*, recruitment: Recruitment, panel: Panel, works: Iterable[str] | None = None, feedback: str = "") -> Done:
    """Look at the panel, then approve: what :func:`to_approve` says, or the named works whatever was found of them.

    Work that meets trouble does not keep the rest from being approved; it is said, and can be asked for again.
    """
    synced = reconciling.sync(recruitment=recruitment, panel=panel)
    rows = to_approve(recruitment) if works is None else named(recruitment, works, (State.SUBMITTED,))
    done, troubles = 0, []
    for row in rows:
        shown = synced.fresh.get(row.pk)
        if shown is None:
            troubles.append(f"{row.work}: the panel does not list it any more.")
            continue
        try:
            panel.approve(
                shown, token=f"{recruitment.token}-ap{row.pk}", journal=journal_of(recruitment), feedback=feedback
            )
        except PanelError as error:
            troubles.append(f"{row.work}: {error}")
            if isinstance(error, PanelUnsure):
                continue
            if not isinstance(error, PanelRefused):
                break
            continue
        _decided(row, State.APPROVED)
        done += 1
    return Done(done, tuple(troubles))


def reject(*, recruitment: Recruitment, panel: Panel, works: Sequence[str], reason: str, category: str = "") -> Done:
    """Reject named works with a reason that the person reads. Finished work that is payable is never rejected.

    Raises
    ------
    ServiceError
        No reason, unknown works, work that is payable, or the panel refused.
    """
    if len(reason.strip()) < LEAST_REASON:
        raise ServiceError("A rejection needs a reason in words: the person reads it.")
    if Can.REJECT not in panel.abilities:
        raise ServiceError("This panel can't be told to reject.")
    synced = reconciling.sync(recruitment=recruitment, panel=panel)
    rows = named(recruitment, works, (State.SUBMITTED,))
    for row in rows:
        if row.finding == Finding.MATCHES and row.assignment is not None and row.assignment.payable:
            whose = row.assignment.participant
            msg = f"{row.work} is the finished work of {whose}, who is payable: nothing was rejected."
            raise ConflictError(msg)
    for row in rows:
        with asking(recruitment):
            panel.reject(
                shown_now(row, synced),
                reason,
                category=category,
                token=f"{recruitment.token}-re{row.pk}",
                journal=journal_of(recruitment),
            )
        _decided(row, State.REJECTED)
    return Done(len(rows))


def settle_gone(*, recruitment: Recruitment, works: Sequence[str], paid: bool) -> Done:
    """Book a person's word on work that the panel lists no more, as somebody removed it there.

    Raises
    ------
    ServiceError
        Unknown works, or work that the panel still lists: that is decided by a verdict.
    """
    rows = named(recruitment, works, (State.SUBMITTED,))
    gone = {step.posting for step in undecided_and_gone(recruitment)}
    if listed := [row.work for row in rows if row.work not in gone]:
        raise ConflictError(f"The panel still lists {', '.join(listed)}: approve or reject it.")
    for row in rows:
        _decided(row, State.APPROVED if paid else State.REJECTED)
    return Done(len(rows))


def unreject(*, recruitment: Recruitment, panel: Panel, work: str, reason: str) -> Done:
    """Pay after all for what was rejected, if the study's limit allows it."""
    if Can.UNREJECT not in panel.abilities:
        raise ServiceError("At this panel a rejection can't be taken back: give a bonus on its own pages instead.")
    synced = reconciling.sync(recruitment=recruitment, panel=panel)
    (row,) = named(recruitment, [work], (State.REJECTED,))
    shown, token = shown_now(row, synced), f"{recruitment.token}-un{row.pk}"
    panel_money.owe_again(row)
    try:
        with asking(recruitment):
            panel.unreject(shown, reason, token=token, journal=journal_of(recruitment))
    except ServiceError as error:
        if not isinstance(error.__cause__, (PanelUnsure, BeingAsked)):
            panel_money.forgo(row)
        raise
    _decided(row, State.APPROVED)
    return Done(1)


def named(recruitment: Recruitment, works: Iterable[str], states: Sequence[str]) -> list[PanelSubmission]:
    wanted = list(dict.fromkeys(works))
    rows = recruitment.submissions.filter(work__in=wanted, state__in=states).select_related(
        "assignment__participant", "posting"
    )
    found = {row.work: row for row in rows}
    if missing := [work for work in wanted if work not in found]:
        allowed = " or ".join(states)
        msg = f"Nothing that is {allowed} has the id {', '.join(missing)}. Look at the list again; nothing was decided."
        raise ServiceError(msg)
    return [found[work] for work in wanted]


def shown_now(row: PanelSubmission, synced: reconciling.Synced) -> Submission:
    """Return a submission as the panel named it just now."""
    if row.pk not in synced.fresh:
        raise ConflictError(f"The panel does not list {row.work} any more: nothing was asked for. Look again later.")
    return synced.fresh[row.pk]


@transaction.atomic
def _decided(row: PanelSubmission, state: State) -> None:
    Recruitment.objects.select_for_update(no_key=True).get(pk=row.recruitment_id)  # first, as a look at the panel does
    PanelSubmission.objects.filter(pk=row.pk).update(state=state, decided_at=timezone.now(), booked=True)
    Recruitment.objects.filter(pk=row.recruitment_id).update(cost_there="")  # what was looked up is of before
    row.refresh_from_db()
    reconciling.book(row)


def undecided_and_gone(recruitment: Recruitment) -> list[Closing]:
    """Return work of postings that somebody removed at the panel: whether it was paid is for a person to say."""
    gone = Q(posting__removed=True) | Q(posting__seen_at__lt=F("recruitment__synced_at"))
    words = "your word on work of postings that are gone there: panel was_paid or was_not_paid"
    rows = recruitment.submissions.filter(gone, state=State.SUBMITTED)
    return [Closing(row.work, done=False, waiting_for=words) for row in rows]
