"""What was spent on a study, and what is set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max, QuerySet

from surveys.models import Job, LedgerEntry


@dataclass(frozen=True, slots=True)
class Balance:
    """Calls that may be billed, made and under way, and money by currency."""

    calls: int = 0
    unknown: int = 0
    spent: dict[str, Decimal] = field(default_factory=dict)


def balance(study: int) -> Balance:
    """Return what a study (by primary key) has spent and set aside; of each call the last entry counts.

    What was set aside for a call of which nobody knows what became stays set aside.
    """
    rows = list(_counting(LedgerEntry.objects.filter(study=study)).values_list("amount", "currency"))
    spent: dict[str, Decimal] = {}
    for amount, currency in rows:
        if amount:
            spent[currency] = spent.get(currency, Decimal(0)) + amount
    return Balance(len(rows), sum(amount is None for amount, _ in rows), spent)


def of_job(job: Job) -> QuerySet[LedgerEntry]:
    """Return what all runs of one job have spent and set aside so far, one entry for each call."""
    return _counting(job.ledger.all())


def _counting(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    last = entries.order_by().values("key").annotate(last=Max("pk")).values("last")
    return LedgerEntry.objects.filter(pk__in=last).exclude(kind=LedgerEntry.Kind.RELEASE)
