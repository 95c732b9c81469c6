"""The ledger of a study's paid calls: nothing is spent beyond the study's limits, however many runs there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from compression.budget import Caps, RunBudget
from compression.definition import BudgetTable
from surveys.models import LedgerEntry, Study
from surveys.selectors.ledger import balance

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

    @property
    def _caps(self) -> Caps:
        limits = self.limits
        return Caps(limits.cost, limits.max_calls, limits.currency, "study's ", RAISE_THE_LIMIT)

    def reserve(self, key: str, amount: Decimal | None, currency: str) -> None:
        """Set aside the worst cost of a call; raise StopRun when a limit of the run or the study would be passed."""
        self.run.reserve(key, amount, currency)
        try:
            with _locked(self.study):
                if self.limits.limited:
                    so_far = balance(self.study)
                    self._caps.check(so_far.calls, so_far.spent, amount, currency)
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


@contextmanager
def _locked(study: int) -> Iterator[None]:
    """Hold the study's row in a short transaction; a thread that makes calls keeps no connection meanwhile."""
    try:
        with transaction.atomic():
            Study.objects.select_for_update(no_key=True).get(pk=study)
            yield
    finally:
        if not connection.in_atomic_block:
            connection.close()
