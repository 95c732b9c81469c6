"""Places that a panel advertises for us: what was asked of it, what it shows, and what it says of the work."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from surveys.models.panels import Posting
from surveys.models.study import Study
from surveys.models.work import Assignment


class SpendingLimit(models.Model):
    """What a study may spend at panels, in all; the latest row counts, and none is ever changed."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="spending_limits")
    amount = models.CharField(max_length=20)  # text: SQLite would keep a decimal as a floating-point number
    currency = models.CharField(max_length=3)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Recruitment(models.Model):
    """Places of one survey at one panel, all of whose postings lead to one link of ours."""

    class State(models.TextChoices):
        OPENING = "opening"
        OPEN = "open"
        PAUSED = "paused"
        STOPPED = "stopped"
        CLOSED = "closed"

    link = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="recruitment")
    panel = models.CharField(max_length=20)
    environment = models.CharField(max_length=100)
    endpoint = models.CharField(max_length=255, blank=True)
    live = models.BooleanField()
    refills = models.BooleanField(default=False)  # the panel gives places of rejected work to others by itself
    screens_out = models.BooleanField(
        default=False
    )  # the panel has pay of its own for who turns out not to be eligible
    token = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPENING)
    reward = models.CharField(max_length=20)
    fee = models.CharField(max_length=20)  # for one submission
    fees_since = models.DateField()
    fees_source = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    offer = models.JSONField()
    opening = models.JSONField(null=True)
    trouble = models.TextField(blank=True)  # what the panel said last when something did not go well
    said = models.TextField(blank=True)  # what came of what was last asked for on the desk
    doing = models.CharField(max_length=20, blank=True)  # what was asked for on the desk and is not done yet
    by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    synced_at = models.DateTimeField(null=True)
    attended_at = models.DateTimeField(null=True)  # when a look was last asked for
    cost_there = models.CharField(max_length=20, blank=True)  # what the panel says it has cost, without bonuses

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.panel} {self.environment} {self.token}"

    @property
    def each(self) -> Decimal:
        """What one submission costs, fee included."""
        return Decimal(self.reward) + Decimal(self.fee)


class Round(models.Model):
    """Places that were asked for at one time; a round is done when the panel shows all of them."""

    recruitment = models.ForeignKey(Recruitment, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    places = models.PositiveIntegerField()
    grows = models.ForeignKey("surveys.PanelPosting", null=True, on_delete=models.PROTECT, related_name="+")
    grows_from = models.PositiveIntegerField(default=0)  # places of that posting when the round was ordered
    done = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["recruitment", "number"], name="round_once"),)

    def __str__(self) -> str:
        return f"round {self.number}: {self.places} places"

    @property
    def token(self) -> str:
        """By which the panel and the journal know what was asked for."""
        return f"{self.recruitment.token}-{self.number}"


class PanelPosting(models.Model):
    """A HIT or a study, as the panel shows it."""

    recruitment = models.ForeignKey(Recruitment, on_delete=models.PROTECT, related_name="postings")
    reference = models.CharField(max_length=255)
    token = models.CharField(max_length=64)
    places = models.PositiveIntegerField()
    url = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField(null=True)
    open = models.BooleanField(default=True)
    removed = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)
    compensates = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="compensations")
    reward = models.CharField(max_length=20, blank=True)  # of a compensation; else the recruitment's
    fee = models.CharField(max_length=20, blank=True)
    at_work = models.PositiveIntegerField(default=0)  # taken and not handed in, and free: what may still come

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["recruitment", "reference"], name="panel_posting_once"),)

    def __str__(self) -> str:
        return self.reference


class PanelSubmission(models.Model):
    """One piece of work that the panel's own list shows; whose it is stands here as a keyed hash only.

    ``assignment`` is ours that it belongs to, once the ids and the receipt code say so. ``claims`` are the receipt's
    words when they don't.
    """

    class State(models.TextChoices):
        ACTIVE = "active"
        SUBMITTED = "submitted"
        APPROVED = "approved"
        REJECTED = "rejected"
        RETURNED = "returned"
        TIMED_OUT = "timed_out"
        SCREENED_OUT = "screened_out"

    class Finding(models.TextChoices):
        MATCHES = "matches"
        UNFINISHED = "unfinished"  # who came here, and did not finish
        UNKNOWN = "unknown"  # nobody came here by these ids
        OTHER_CODE = "other_code"  # came and finished here, and handed in another receipt code
        AGAIN = "again"  # a second submission for an assignment of ours

    recruitment = models.ForeignKey(Recruitment, on_delete=models.PROTECT, related_name="submissions")
    posting = models.ForeignKey(PanelPosting, on_delete=models.PROTECT, related_name="submissions")
    work = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State)
    finding = models.CharField(max_length=12, choices=Finding)
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="submissions")
    accepted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    approves_itself_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    booked = models.BooleanField(default=False)  # whether what is owed and paid for it is what its state says

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["work"], name="panel_submission_work"),)
        constraints = (
            models.UniqueConstraint(fields=["recruitment", "work", "digest"], name="panel_submission_once"),
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(finding="matches"), name="one_submission_pays_an_assignment"
            ),
        )

    def __str__(self) -> str:
        return f"{self.work} {self.state}"
