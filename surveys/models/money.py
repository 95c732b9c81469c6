"""Money at panels: transfers between accounts of a study, in exact amounts; rows are added, never changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from surveys.models.recruiting import PanelSubmission, Recruitment
from surveys.models.study import Study
from surveys.models.work import Assignment

PARTS = 10_000
"""What an amount is counted in: this many make one dollar, euro or pound."""


class AppendOnlyError(TypeError):
    """Something tried to change or remove what was booked."""

    def __init__(self) -> None:
        super().__init__("What was booked stays as it is: book the opposite beside it.")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows that can be added and read."""

    def update(self, **_values: object) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_update(self, *_args: object, **_values: object) -> NoReturn:
        raise AppendOnlyError


class AppendOnly(models.Model):
    """A row that can be added and read."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(**(options | {"force_insert": True}))

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        raise AppendOnlyError


class Transfer(AppendOnly):
    """One movement of money; its entries sum to zero. ``key`` names what moved it: it happens once."""

    class Kind(models.TextChoices):
        RESERVE = "reserve"
        RELEASE = "release"
        OWE = "owe"
        PAY = "pay"
        FORGO = "forgo"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="transfers")
    recruitment = models.ForeignKey(Recruitment, null=True, on_delete=models.PROTECT, related_name="transfers")
    submission = models.ForeignKey(PanelSubmission, null=True, on_delete=models.PROTECT, related_name="transfers")
    panel = models.CharField(max_length=20)
    environment = models.CharField(max_length=100)
    live = models.BooleanField()
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    terms = models.JSONField(default=dict)  # what was asked for, where it may have to be asked for again
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["study", "key"], name="transfer_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Entry(AppendOnly):
    """What one transfer does to one account, for one assignment where there is one; in whole ten-thousandths.

    Whole numbers, because SQLite keeps decimals as floating-point numbers, whose sums are not exact.

    Accounts: ``budget`` (what the study may still spend goes down when money is reserved), ``reserved`` (advertised
    places), ``liability`` (owed for work), ``paid`` (to participants), ``fee`` (to the panel).
    """

    class Account(models.TextChoices):
        BUDGET = "budget"
        RESERVED = "reserved"
        LIABILITY = "liability"
        PAID = "paid"
        FEE = "fee"

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries")
    account = models.CharField(max_length=10, choices=Account)
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="entries")
    parts = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["transfer", "account"], name="entry_once_per_account"),
            models.CheckConstraint(condition=~Q(parts=0), name="entry_moves_something"),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"

    @property
    def amount(self) -> Decimal:
        """How much, in the transfer's currency."""
        return Decimal(self.parts) / PARTS
