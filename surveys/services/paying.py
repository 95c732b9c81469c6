"""Approve, reject and pay at a panel: only whom its own list names, each once, each a decision of a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from surveys.models import Assignment, PanelPerson, PanelPosting, PanelSubmission, Recruitment
from surveys.panels.base import (
    BeingAsked,
    Can,
    Closing,
    Money,
    Panel,
    PanelError,
    PanelRefused,
    PanelUnsure,
    Submission,
)
from surveys.selectors import transfers as sums
from surveys.selectors.differences import not_handed_in
from surveys.services import offers, panel_money, reconciling
from surveys.services.errors import ConflictError, ServiceError
from surveys.services.panel_money import Extra
from surveys.services.recruiting import asking, journal_of
from surveys.services.transfers import Account

State = PanelSubmission.State
Finding = PanelSubmission.Finding
LEAST_REASON = 5


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
    rows = to_approve(recruitment) if works is None else _named(recruitment, works, (State.SUBMITTED,))
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
    rows = _named(recruitment, works, (State.SUBMITTED,))
    for row in rows:
        if row.finding == Finding.MATCHES and row.assignment is not None and row.assignment.payable:
            whose = row.assignment.participant
            msg = f"{row.work} is the finished work of {whose}, who is payable: nothing was rejected."
            raise ConflictError(msg)
    for row in rows:
        with asking(recruitment):
            panel.reject(
                _shown(row, synced),
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
    rows = _named(recruitment, works, (State.SUBMITTED,))
    gone = {step.posting for step in _undecided_and_gone(recruitment)}
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
    (row,) = _named(recruitment, [work], (State.REJECTED,))
    shown, token = _shown(row, synced), f"{recruitment.token}-un{row.pk}"
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


def _named(recruitment: Recruitment, works: Iterable[str], states: Sequence[str]) -> list[PanelSubmission]:
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


def _shown(row: PanelSubmission, synced: reconciling.Synced) -> Submission:
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


# On top of the reward


def bonus(*, recruitment: Recruitment, panel: Panel, work: str, amount: Decimal, reason: str) -> bool:
    """Pay a bonus for a submission: once for these words and this amount, however often it is asked for.

    Returns
    -------
    bool
        Whether it was paid now; False: it had been paid before.

    Raises
    ------
    ServiceError
        The limit does not allow it, or the panel refused: what was set aside is given back unless nobody knows.
    """
    _check(panel, Can.BONUS, amount, reason)
    synced = reconciling.sync(recruitment=recruitment, panel=panel)
    (row,) = _named(recruitment, [work], (State.SUBMITTED, State.APPROVED, State.REJECTED))
    shown, key = _shown(row, synced), _key(recruitment, "bonus", str(row.pk), amount, reason)
    money = Money(amount, recruitment.currency)
    with asking(recruitment):
        fee = panel.bonus_fee(money, on=timezone.now().date()).amount
    terms = {"work": work, "amount": f"{amount:.2f}", "reason": reason}
    extra = Extra(recruitment, key, amount, fee, row.assignment, Account.LIABILITY, terms)
    if not extra.set_aside():
        return False
    with _dropped_if_refused(extra), asking(recruitment):
        panel.bonus(shown, money, reason, token=key, journal=journal_of(recruitment))
    extra.pay()
    return True


def screen_out(*, recruitment: Recruitment, panel: Panel, work: str, amount: Decimal) -> None:
    """Pay somebody who turned out not to be eligible, once, and let the panel give their place to somebody else.

    Raises
    ------
    ServiceError
        The limit does not allow it, or the panel refused.
    """
    _check(panel, Can.SCREEN_OUT, amount, "screened out")
    synced = reconciling.sync(recruitment=recruitment, panel=panel)
    (row,) = _named(recruitment, [work], (State.SUBMITTED, State.ACTIVE))
    shown, key = _shown(row, synced), _key(recruitment, "screen", str(row.pk), amount, "screened out")
    money = Money(amount, recruitment.currency)
    with asking(recruitment):
        fee = panel.bonus_fee(money, on=timezone.now().date()).amount
    extra = Extra(recruitment, key, amount, fee, row.assignment, Account.LIABILITY)
    if extra.set_aside():
        with _dropped_if_refused(extra), asking(recruitment):
            panel.screen_out(shown, money, token=key, journal=journal_of(recruitment))
        extra.pay()


def compensate(
    *, recruitment: Recruitment, panel: Panel, assignment: Assignment, amount: Decimal, reason: str
) -> PanelPosting | None:
    """Pay somebody who could not hand in: by a posting that only they can take, or at once.

    Raises
    ------
    ServiceError
        It is not known any more whom to pay, they are paid already, the limit does not allow it, or the panel refused.
    """
    _check(panel, Can.COMPENSATE, amount, reason)
    paid = recruitment.submissions.filter(assignment=assignment, finding=Finding.MATCHES)
    if paid.filter(state__in=(State.SUBMITTED, State.APPROVED)).exists():
        raise ConflictError("They handed in: approve that, or pay a bonus.")
    person = PanelPerson.objects.filter(assignment=assignment).order_by("-pk").first()
    opening = offers.opening_in(recruitment)
    if person is None or opening is None:
        raise ServiceError("What the panel calls them is deleted, or was never known: they can't be paid from here.")
    key = _key(recruitment, "comp", f"{assignment.code} {_ended_untaken(recruitment, assignment)}", amount, reason)
    money = Money(amount, recruitment.currency)
    with asking(recruitment):
        fee = panel.fee(money, places=1, on=timezone.now().date()).amount
    extra = Extra(recruitment, key, amount, fee, assignment, Account.RESERVED)
    if not extra.set_aside():
        return None
    values = {"reference": key, "places": 1, "compensates": assignment, "open": False, "at_work": 1}
    values |= {"reward": str(amount), "fee": str(fee)}
    intended, _ = PanelPosting.objects.get_or_create(recruitment=recruitment, token=key, defaults=values)
    try:
        with _dropped_if_refused(extra), asking(recruitment):
            shown = panel.compensate(
                opening, person.person, money, reason, url=opening.offer.url, token=key, journal=journal_of(recruitment)
            )
    except ServiceError as error:
        if not isinstance(error.__cause__, (PanelUnsure, BeingAsked)):
            intended.delete()
        raise
    if shown is None:
        intended.delete()
        extra.pay()
        return None
    made = {"reference": shown.reference, "url": shown.url[:500], "open": True}
    PanelPosting.objects.filter(pk=intended.pk).update(**made)
    intended.refresh_from_db()
    return intended


def _ended_untaken(recruitment: Recruitment, assignment: Assignment) -> int:
    """Return how many compensations ended without being taken: the next one is another."""
    rows = recruitment.postings.filter(compensates=assignment, open=False, submissions=None, at_work=0)
    return rows.exclude(reference=F("token")).count()


@contextmanager
def _dropped_if_refused(extra: Extra) -> Iterator[None]:
    """Give back what was set aside when the panel said no; while nobody knows, it stays set aside."""
    try:
        yield
    except ServiceError as error:
        if not isinstance(error.__cause__, (PanelUnsure, BeingAsked)):
            extra.drop()
        raise


def _check(panel: Panel, can: Can, amount: Decimal, reason: str) -> None:
    if can not in panel.abilities:
        raise ServiceError("This panel can't do that from here: do it on its own pages.")
    if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        raise ServiceError(f"{amount} is no amount to pay: whole cents, more than none.")
    if len(reason.strip()) < LEAST_REASON:
        raise ServiceError("Say what it is for: the person reads it.")


def _key(recruitment: Recruitment, what: str, whose: str, amount: Decimal, reason: str) -> str:
    mark = hashlib.sha256(f"{whose}\n{amount:.2f}\n{reason.strip()}".encode()).hexdigest()[:12]
    return f"{what}-{recruitment.token}-{mark}"


# The end


def _undecided_and_gone(recruitment: Recruitment) -> list[Closing]:
    """Return work of postings that somebody removed at the panel: whether it was paid is for a person to say."""
    gone = Q(posting__removed=True) | Q(posting__seen_at__lt=F("recruitment__synced_at"))
    words = "your word on work of postings that are gone there: panel was_paid or was_not_paid"
    rows = recruitment.submissions.filter(gone, state=State.SUBMITTED)
    return [Closing(row.work, done=False, waiting_for=words) for row in rows]


def _first(recruitment: Recruitment, *, leave_unpaid: bool) -> list[Closing]:
    """Return what has to be settled before anything is removed: what is removed can be given nothing any more."""
    if owed := sums.of_extras(recruitment)[Account.LIABILITY]:
        words = f"the end of a bonus ({owed:.2f} {recruitment.currency} with its fee) that nobody knows"
        return [Closing("the ledger", done=False, waiting_for=words)]
    if recruitment.postings.filter(removed=False, reference=F("token")).exists():
        return [Closing("the ledger", done=False, waiting_for="a compensation whose end nobody knows")]
    if gone := _undecided_and_gone(recruitment):
        return gone
    unpaid = [] if leave_unpaid else not_handed_in(recruitment, timezone.now())
    words = "finished here, to be paid, and not handed in: compensate them, or close with --leave-unpaid"
    return [Closing(f"{row.participant} ({row.code})", done=False, waiting_for=words) for row in unpaid]


def close(*, recruitment: Recruitment, panel: Panel, leave_unpaid: bool = False) -> list[Closing]:
    """Take a step towards the end of a recruitment: remove what is decided, give back what was set aside.

    Parameters
    ----------
    leave_unpaid
        Whether it is known and meant that people who finished here, and could not hand in, stay unpaid.

    Returns
    -------
    list[Closing]
        What is not removed yet and what it waits for; empty when all is closed and every cent is somewhere.
    """
    if recruitment.state not in (Recruitment.State.STOPPED, Recruitment.State.CLOSED):
        raise ConflictError("Stop it first: people may still take it.")
    reconciling.sync(recruitment=recruitment, panel=panel)
    if first := _first(recruitment, leave_unpaid=leave_unpaid):
        return first
    waiting: list[Closing] = []
    for row in recruitment.postings.filter(removed=False):
        with asking(recruitment):
            step = panel.close(
                row.reference, token=f"{recruitment.token}-close{row.pk}", journal=journal_of(recruitment)
            )
        if step.done:
            PanelPosting.objects.filter(pk=row.pk).update(removed=True, open=False, at_work=0)
        else:
            waiting.append(step)
    waiting += _undecided_and_gone(recruitment)
    if not waiting and (left := sums.of_recruitment(recruitment)[Account.LIABILITY]):
        words = f"{left:.2f} {recruitment.currency} that are owed and neither paid nor refused"
        waiting.append(Closing("the ledger", done=False, waiting_for=words))
    if not waiting:
        panel_money.release_rest(recruitment)
        Recruitment.objects.filter(pk=recruitment.pk).update(state=Recruitment.State.CLOSED)
        recruitment.link.closed = True
        recruitment.link.save(update_fields=["closed"])
        recruitment.refresh_from_db()
    return waiting
