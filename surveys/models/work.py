"""Who takes part, in which place, and what they answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from surveys.instruments.instrument import Said
from surveys.models.panels import Identity, Invitation, Posting
from surveys.models.study import Study
from surveys.models.survey import Instrument, Place, PlaceItem


class Participant(models.Model):
    """A pseudonym; ``identity`` where somebody told us apart from others, which is what excludes repeats."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="participants")
    pseudonym = models.CharField(max_length=20)
    identity = models.ForeignKey(Identity, null=True, on_delete=models.SET_NULL, related_name="participants")
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["study", "pseudonym"], name="pseudonym_once_per_study"),)

    def __str__(self) -> str:
        return self.pseudonym


class Consent(models.Model):
    """The information text a participant agreed to, known by its hash; never changed."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:8]


class Assignment(models.Model):
    class State(models.TextChoices):
        STARTED = "started"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        TIMED_OUT = "timed_out"
        SCREENED_OUT = "screened_out"
        WITHDRAWN = "withdrawn"

    code = models.CharField(max_length=20, unique=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="assignments")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="assignments")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="assignments")
    invitation = models.OneToOneField(Invitation, null=True, on_delete=models.PROTECT, related_name="assignment")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.STARTED)
    holds_place = models.BooleanField(default=True)
    lease_until = models.DateTimeField()
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    receipt_code = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001 - NULL until submitted
    payable = models.BooleanField(null=True)
    usable = models.BooleanField(null=True)
    excluded_by = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    comment = models.TextField(blank=True)
    screen = models.JSONField(default=dict)
    device = models.CharField(max_length=20, blank=True)
    browser = models.CharField(max_length=20, blank=True)
    question_order = models.JSONField(default=list)
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["place"], condition=Q(holds_place=True), name="place_held_once"),
        )
        indexes = (models.Index(fields=["holds_place", "state", "lease_until"], name="assignment_stale"),)

    def __str__(self) -> str:
        return self.code


class Answer(models.Model):
    """One acknowledged answer. A changed answer is a new row; the one before it stays, no longer current."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(PlaceItem, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=63)
    value = models.JSONField(null=True)
    skipped = models.BooleanField(default=False)
    reason = models.CharField(max_length=20, blank=True)
    key = models.UUIDField()
    receipt = models.CharField(max_length=32, unique=True)
    revision = models.PositiveIntegerField(default=1)
    current = models.BooleanField(default=True)
    answered_at = models.DateTimeField()
    seconds = models.FloatField(null=True)
    layout = models.CharField(max_length=10, blank=True)
    display = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["assignment", "key"], name="answer_key_once"),
            models.UniqueConstraint(fields=["assignment", "item", "question", "revision"], name="answer_revision_once"),
            models.UniqueConstraint(
                fields=["assignment", "item", "question"], condition=Q(current=True), name="answer_current"
            ),
        )

    def __str__(self) -> str:
        return self.receipt

    @property
    def said(self) -> Said:
        """What was answered."""
        return Said(self.value, self.skipped, self.reason)


class Event(models.Model):
    """What happened to an assignment, and when: started, returned, timed out, regained, submitted, withdrawn …"""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.kind
