"""What a study has reserved, owes and has paid at panels."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet, Sum

from surveys.models import Assignment, Entry, PanelSubmission, Recruitment, Study
from surveys.models.money import PARTS

Balances = dict[str, Decimal]
ACCOUNTS = tuple(Entry.Account.values)


def balances(study: Study, *, panel: str, environment: str) -> Balances:
    """Return what stands in each account of a study at one environment of a panel."""
    return _sums(Entry.objects.filter(transfer__study=study, transfer__panel=panel, transfer__environment=environment))


def committed(study: Study, *, live: bool, environment: str) -> Decimal:
    """Return what a study has reserved, owes or has paid: live money of all panels together."""
    rows = Entry.objects.filter(transfer__study=study, transfer__live=live)
    if not live:
        rows = rows.filter(transfer__environment=environment)
    return -_sums(rows)[Entry.Account.BUDGET]


def of_recruitment(recruitment: Recruitment) -> Balances:
    """Return what stands in each account of one recruitment."""
    return _sums(Entry.objects.filter(transfer__recruitment=recruitment))


def of_extras(recruitment: Recruitment) -> Balances:
    """Return what was moved for bonuses and the like: for no submission's own reward."""
    return _sums(
        Entry.objects.filter(transfer__recruitment=recruitment, transfer__submission=None).exclude(
            transfer__key__startswith=recruitment.token
        )
    )


def of_key(recruitment: Recruitment, key: str) -> Balances:
    """Return what was moved for one bonus or compensation."""
    return _sums(Entry.objects.filter(transfer__recruitment=recruitment, transfer__key__startswith=f"{key}:"))


def of_submission(submission: PanelSubmission) -> Balances:
    """Return what was moved for one submission."""
    return _sums(Entry.objects.filter(transfer__submission=submission))


def of_assignment(assignment: Assignment) -> Balances:
    """Return what was moved for one assignment."""
    return _sums(Entry.objects.filter(assignment=assignment))


def _sums(rows: QuerySet[Entry]) -> Balances:
    found = rows.order_by().values_list("account").annotate(sum=Sum("parts"))
    return dict.fromkeys(ACCOUNTS, Decimal(0)) | {account: Decimal(parts) / PARTS for account, parts in found}
