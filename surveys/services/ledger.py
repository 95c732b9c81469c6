"""The ledger of a study's paid calls: nothing is spent beyond the study's limits, however many runs there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from compression.budget import RunBudget
from compression.definition import BudgetTable
from compression.errors import StopRun
from surveys.models import LedgerEntry, Study
from surveys.selectors.ledger import Balance, balance

Kind = LedgerEntry.Kind
RAISE_THE_LIMIT = "raise it under [budget] in the study file and load that again, or leave it at that; all made is kept"


@dataclass(frozen=True, slots=True)
class StudyBudget:
    """The budget of a study for one of its runs; threads and processes may spend from it at the same time.

    Parameters
    ----------
    study
        The study's primary key.
    limits
        The study's own.
    run
        Those of this run, which hold besides.
    job
        The primary key of the job that spends, if it is one.
    """

    study: int
    limits: BudgetTable
    run: RunBudget
    job: int | None = None

    def reserve(self, key: str, amount: Decimal | None, currency: str) -> None:
        """Set aside the worst cost of a call; raise StopRun when a limit of the run or the study would be passed."""
        self.run.reserve(key, amount, currency)
        try:
            with _locked(self.study):
                self._check(amount, currency)
                self._add(Kind.RESERVE, key, amount, currency)
        except BaseException:
            self.run.release(key)
            raise

    def settle(self, key: str, amount: Decimal | None) -> None:
        """Replace what was set aside by what the call cost."""
        self.run.settle(key, amount)
        with _locked(self.study):
            reserved = LedgerEntry.objects.filter(study=self.study, key=key, kind=Kind.RESERVE).latest("pk")
            self._add(Kind.PAID, key, reserved.amount if amount is None else amount, reserved.currency)

    def release(self, key: str) -> None:
        """Give back what was set aside for a call that costs nothing."""
        self.run.release(key)
        with _locked(self.study):
            self._add(Kind.RELEASE, key, Decimal(0), "")

    def _add(self, kind: Kind, key: str, amount: Decimal | None, currency: str) -> None:
        entry = {"kind": kind, "key": key, "amount": amount, "currency": currency}
        LedgerEntry.objects.create(study_id=self.study, job_id=self.job, **entry)

    def _check(self, amount: Decimal | None, currency: str) -> None:
        if not self.limits.limited:
            return
        so_far = balance(self.study)
        if self.limits.max_calls is not None and so_far.calls + 1 > self.limits.max_calls:
            raise StopRun(f"The study's limit of {self.limits.max_calls} paid calls is reached", RAISE_THE_LIMIT)
        if self.limits.cost is not None:
            self._check_cost(self.limits.cost, so_far, amount, currency)

    def _check_cost(self, limit: Decimal, so_far: Balance, amount: Decimal | None, currency: str) -> None:
        if amount is None:
            raise StopRun(
                "What a call costs at most is not known, so that the study's limit in money can't hold",
                "complete the model's prices (TWICETOLD_PRICES; manage.py generate_stimuli --dry-run names them)",
            )
        if others := {currency, *so_far.spent} - {self.limits.currency}:
            raise StopRun(
                f"The study's limit is in {self.limits.currency}, and calls cost {' and '.join(sorted(others))}",
                "write limit and prices in one currency",
            )
        spent = so_far.spent.get(currency, Decimal(0))
        if spent + amount > limit:
            raise StopRun(
                f"The next call could cost {amount} {currency}; of the study's {limit}, {spent} are spent or set aside",
                RAISE_THE_LIMIT,
            )


@contextmanager
def _locked(study: int) -> Iterator[None]:
    """Hold the study's row in a short transaction; a thread that makes calls keeps no connection meanwhile."""
    try:
        with transaction.atomic():
            Study.objects.select_for_update().get(pk=study)
            yield
    finally:
        if not connection.in_atomic_block:
            connection.close()
