"""Move money between a study's accounts: each movement once, its entries summing to zero, never beyond the limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from surveys.models import Assignment, Entry, PanelSubmission, Recruitment, Study, Transfer
from surveys.models.money import PARTS
from surveys.selectors import transfers
from surveys.services.errors import ServiceError

Account = Entry.Account
Kind = Transfer.Kind


class LimitError(ServiceError):
    """The study's own limit does not allow it."""


@dataclass(frozen=True, slots=True)
class Purse:
    """Whose money it is: a study's, at one environment of a panel."""

    study: int
    panel: str
    environment: str
    live: bool
    currency: str
    recruitment: Recruitment | None = None


@transaction.atomic
def move(
    purse: Purse,
    kind: Transfer.Kind,
    key: str,
    amounts: Mapping[str, Decimal],
    *,
    most: Decimal | None = None,
    assignment: Assignment | None = None,
    submission: PanelSubmission | None = None,
    terms: Mapping[str, str] | None = None,
) -> bool:
    """Book a transfer, once for its key; return whether it was new.

    Parameters
    ----------
    key
        What moved the money. A second transfer of this key changes nothing.
    amounts
        What is added to each account; together zero. Accounts with nothing are left out.
    most
        What the study may have reserved, owe and have paid in all, fees included; needed where the budget goes down.
        Infinity: it has happened, and is only being booked.

    Raises
    ------
    ValueError
        The amounts do not sum to zero, or one has more than four digits after the point.
    LimitError
        Together with what is committed it would pass the study's limit; nothing was booked.
    """
    parts = {account: _parts(amount) for account, amount in amounts.items()}
    if sum(parts.values()) != 0:
        msg = f"The entries of {key} do not sum to zero."
        raise ValueError(msg)
    study = Study.objects.select_for_update(no_key=True).get(pk=purse.study)
    if Transfer.objects.filter(study=study, key=key).exists():
        return False
    if (wanted := -amounts.get(Account.BUDGET, Decimal(0))) > 0:
        _check_limit(study, purse, wanted, most)
    fields = {"panel": purse.panel, "environment": purse.environment, "live": purse.live, "currency": purse.currency}
    where = {"recruitment": purse.recruitment, "submission": submission, "terms": dict(terms or {})}
    row = Transfer.objects.create(study=study, kind=kind, key=key, **where, **fields)
    Entry.objects.bulk_create(
        Entry(transfer=row, account=account, assignment=assignment, parts=moved)
        for account, moved in parts.items()
        if moved
    )
    return True


def _parts(amount: Decimal) -> int:
    """Return an amount in whole ten-thousandths; no panel knows smaller ones."""
    parts = amount * PARTS
    if parts != parts.to_integral_value():
        msg = f"{amount} is no whole number of ten-thousandths."
        raise ValueError(msg)
    return int(parts)


def _check_limit(study: Study, purse: Purse, wanted: Decimal, most: Decimal | None) -> None:
    if most is None:
        raise LimitError(
            "Nothing is spent without a limit: say what the study may spend at panels in all, with --at-most or on the "
            "page of panels."
        )
    committed = transfers.committed(study, live=purse.live, environment=purse.environment)
    if committed + wanted > most:
        raise LimitError(
            f"This needs {wanted:.2f} {purse.currency}. Of the study's limit of {most:.2f} {purse.currency} "
            f"{committed:.2f} are reserved, owed or paid: advertise fewer places, let reserved ones be released, or "
            "raise the limit."
        )
