"""The money of a recruitment: set aside, owed, paid, let go and given back; each movement once, together zero."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from surveys.models import (
    Assignment,
    Entry,
    PanelPosting,
    PanelSubmission,
    Recruitment,
    SpendingLimit,
    Study,
    Transfer,
)
from surveys.selectors import transfers as sums
from surveys.services import transfers
from surveys.services.errors import ServiceError
from surveys.services.transfers import Account, Kind, Purse

Moved = dict[str, Decimal]
AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")


def purse_of(recruitment: Recruitment) -> Purse:
    """Return whose money a recruitment moves."""
    study = recruitment.link.survey.study_id
    return Purse(study, recruitment.panel, recruitment.environment, recruitment.live, recruitment.currency, recruitment)


@transaction.atomic
def limit(*, study: Study, amount: str, currency: str, by: str) -> SpendingLimit:
    """Say what a study may spend at panels in all; what was said before stays readable.

    Raises
    ------
    ServiceError
        It is no amount of money.
    """
    if not AMOUNT.fullmatch(amount):
        msg = f"“{amount}” is no amount of money: write it as in 150.00, in {currency}, without a sign."
        raise ServiceError(msg)
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    return SpendingLimit.objects.create(study=study, amount=amount, currency=currency, by=by)


def limit_of(study: int, currency: str) -> Decimal | None:
    """Return what a study may spend at panels; None where nobody has said, or in another currency."""
    row = SpendingLimit.objects.filter(study=study).order_by("-pk").first()
    return Decimal(row.amount) if row and row.currency == currency else None


def reserve(recruitment: Recruitment, key: str, amount: Decimal) -> None:
    """Set money aside before something is advertised; raise LimitError when the study's limit would be passed."""
    purse = purse_of(recruitment)
    moved: Moved = {Account.BUDGET: -amount, Account.RESERVED: amount}
    transfers.move(purse, Kind.RESERVE, key, moved, most=limit_of(purse.study, purse.currency))


@transaction.atomic
def owe(submission: PanelSubmission) -> None:
    """Book that somebody handed work in: it will be paid unless it is rejected.

    What the panel shows has happened, whatever the limit says: it is booked, from what was set aside as long as that
    lasts.
    """
    _hold(submission)
    if _is_paid(submission) or _owed(submission):
        return
    total = sum(price_of(submission.posting), Decimal(0))
    reserved = sums.of_recruitment(submission.recruitment)[Account.RESERVED]
    rejected = submission.transfers.filter(kind=Kind.FORGO).exists()
    source = Account.RESERVED if reserved >= total and not rejected else Account.BUDGET
    moved: Moved = {source: -total, Account.LIABILITY: total}
    _move(submission, Kind.OWE, _nth(submission, Kind.OWE), moved)


@transaction.atomic
def owe_again(submission: PanelSubmission) -> None:
    """Set money aside for work that was rejected; raise LimitError when the study's limit would be passed."""
    _hold(submission)
    if _is_paid(submission) or _owed(submission):
        return
    total = sum(price_of(submission.posting), Decimal(0))
    purse = purse_of(submission.recruitment)
    moved: Moved = {Account.BUDGET: -total, Account.LIABILITY: total}
    _move(submission, Kind.OWE, _nth(submission, Kind.OWE), moved, most=limit_of(purse.study, purse.currency))


@transaction.atomic
def pay(submission: PanelSubmission) -> None:
    """Book, once, that the panel paid for a submission."""
    owe(submission)
    if _is_paid(submission):
        return
    reward, fee = price_of(submission.posting)
    moved: Moved = {Account.LIABILITY: -(reward + fee), Account.PAID: reward, Account.FEE: fee}
    _move(submission, Kind.PAY, "pay", moved)


@transaction.atomic
def forgo(submission: PanelSubmission) -> None:
    """Book that a submission is not paid: what was owed is free again, or set aside where its place is filled anew."""
    _hold(submission)
    owed = _owed(submission)
    if not owed:
        return
    recruitment = submission.recruitment
    refilled = recruitment.refills and recruitment.state != Recruitment.State.CLOSED
    back = Account.RESERVED if refilled else Account.BUDGET
    moved: Moved = {Account.LIABILITY: -owed, back: owed}
    _move(submission, Kind.FORGO, _nth(submission, Kind.FORGO), moved)


def price_of(posting: PanelPosting) -> tuple[Decimal, Decimal]:
    """Return reward and fee of one submission to a posting."""
    recruitment = posting.recruitment
    return Decimal(posting.reward or recruitment.reward), Decimal(posting.fee or recruitment.fee)


def _hold(submission: PanelSubmission) -> None:
    """Let nobody else look at what is owed for it until this is booked."""
    Study.objects.select_for_update(no_key=True).get(pk=submission.recruitment.link.survey.study_id)


def _owed(submission: PanelSubmission) -> Decimal:
    return sums.of_submission(submission)[Account.LIABILITY]


def _is_paid(submission: PanelSubmission) -> bool:
    return submission.transfers.filter(kind=Kind.PAY).exists()


def _nth(submission: PanelSubmission, kind: Transfer.Kind) -> str:
    return f"{kind}:{submission.transfers.filter(kind=kind).count()}"


def _move(
    submission: PanelSubmission,
    kind: Transfer.Kind,
    what: str,
    moved: Moved,
    *,
    most: Decimal | None = Decimal("Infinity"),
) -> None:
    transfers.move(
        purse_of(submission.recruitment),
        kind,
        f"s{submission.pk}:{what}",
        moved,
        most=most,
        assignment=submission.assignment,
        submission=submission,
    )


@dataclass(frozen=True)
class Extra:
    """A bonus or a compensation: set aside before it is asked for, paid once, or given back.

    ``key`` names what is wanted. ``source`` is where the money waits: owed (a bonus, paid at once) or set aside (a
    posting, paid when somebody takes it).
    """

    recruitment: Recruitment
    key: str
    amount: Decimal
    fee: Decimal
    whose: Assignment | None
    source: Entry.Account
    terms: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """What it costs in all."""
        return self.amount + self.fee

    @transaction.atomic
    def set_aside(self) -> bool:
        """Set the money aside unless it is already; return whether there is anything left to do."""
        purse = purse_of(self.recruitment)
        if Transfer.objects.filter(study=purse.study, key=f"{self.key}:pay").exists():
            return False
        moved: Moved = {Account.BUDGET: -self.total, self.source: self.total}
        key = f"{self.key}:set:{self._dropped()}"
        most = limit_of(purse.study, purse.currency)
        transfers.move(purse, Kind.RESERVE, key, moved, most=most, assignment=self.whose, terms=self.terms)
        return True

    @transaction.atomic
    def pay(self) -> None:
        """Book that it was paid; what was given back meanwhile, by somebody who was refused, is taken out again."""
        purse = purse_of(self.recruitment)
        Study.objects.select_for_update(no_key=True).get(pk=purse.study)
        if sums.of_key(self.recruitment, self.key)[self.source] < self.total:
            again: Moved = {Account.BUDGET: -self.total, self.source: self.total}
            transfers.move(purse, Kind.RESERVE, f"{self.key}:set:paid", again, most=Decimal("Infinity"))
        moved: Moved = {self.source: -self.total, Account.PAID: self.amount, Account.FEE: self.fee}
        transfers.move(purse_of(self.recruitment), Kind.PAY, f"{self.key}:pay", moved, assignment=self.whose)

    def drop(self) -> None:
        """Give back what was set aside: the panel refused."""
        moved: Moved = {self.source: -self.total, Account.BUDGET: self.total}
        key = f"{self.key}:drop:{self._dropped()}"
        transfers.move(purse_of(self.recruitment), Kind.RELEASE, key, moved, assignment=self.whose)

    def _dropped(self) -> int:
        return self.recruitment.transfers.filter(key__startswith=f"{self.key}:drop:").count()


@transaction.atomic
def drop_unsent(recruitment: Recruitment, token: str) -> None:
    """Give back what waits for a bonus or the like whose call, of this token, did not happen."""
    Study.objects.select_for_update(no_key=True).get(pk=recruitment.link.survey.study_id)
    for key in {row.key.rsplit(":set:", 1)[0] for row in recruitment.transfers.filter(key__contains=":set:")}:
        if not token.startswith(key):
            continue
        waits = {name: amount for name, amount in sums.of_key(recruitment, key).items() if amount > 0}
        waits.pop(Account.PAID, None)
        waits.pop(Account.FEE, None)
        number = recruitment.transfers.filter(key__startswith=f"{key}:drop:").count()
        for source, amount in waits.items():
            moved: Moved = {source: -amount, Account.BUDGET: amount}
            transfers.move(purse_of(recruitment), Kind.RELEASE, f"{key}:drop:{number}", moved)


def release_rest(recruitment: Recruitment, *, still_needed: Decimal = Decimal(0)) -> Decimal:
    """Give back what is set aside and no longer needed; return how much that was."""
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=recruitment.link.survey.study_id)
        rest = sums.of_recruitment(recruitment)[Account.RESERVED] - still_needed
        if rest <= 0:
            return Decimal(0)
        number = recruitment.transfers.filter(key__startswith=f"{recruitment.token}:release:").count() + 1
        moved: Moved = {Account.RESERVED: -rest, Account.BUDGET: rest}
        transfers.move(purse_of(recruitment), Kind.RELEASE, f"{recruitment.token}:release:{number}", moved)
        return rest
