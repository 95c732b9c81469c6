"""Pay at a panel on top of a reward, or in place of it: bonuses, compensations, pay for who was turned away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from surveys.models import Assignment, PanelPerson, PanelPosting, PanelSubmission, Recruitment
from surveys.panels.base import BeingAsked, Can, Money, Panel, PanelUnsure
from surveys.services import offers, paying, reconciling
from surveys.services.errors import ConflictError, ServiceError
from surveys.services.panel_money import Extra
from surveys.services.recruiting import asking, journal_of
from surveys.services.transfers import Account

State = PanelSubmission.State
Finding = PanelSubmission.Finding


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
    (row,) = paying.named(recruitment, [work], (State.SUBMITTED, State.APPROVED, State.REJECTED))
    shown, key = paying.shown_now(row, synced), _key(recruitment, "bonus", str(row.pk), amount, reason)
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
    (row,) = paying.named(recruitment, [work], (State.SUBMITTED, State.ACTIVE))
    shown, key = paying.shown_now(row, synced), _key(recruitment, "screen", str(row.pk), amount, "screened out")
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
    if len(reason.strip()) < paying.LEAST_REASON:
        raise ServiceError("Say what it is for: the person reads it.")


def _key(recruitment: Recruitment, what: str, whose: str, amount: Decimal, reason: str) -> str:
    mark = hashlib.sha256(f"{whose}\n{amount:.2f}\n{reason.strip()}".encode()).hexdigest()[:12]
    return f"{what}-{recruitment.token}-{mark}"
