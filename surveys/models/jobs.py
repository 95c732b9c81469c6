"""Work in the background: a job, what went wrong in it, and what was spent on a study."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from surveys.models.study import Study


class Job(models.Model):
    """One request to make a study's stimuli, until it is done, stopped or failed.

    Each time it is queued it gets the next ``run``; whoever works on an older run has lost it. ``progress`` holds, for
    each kind of step, ``done``, ``total``, ``made`` and, while it is under way, ``since`` (seconds since 1970).
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        PAUSING = "pausing"
        PAUSED = "paused"
        STOPPING = "stopping"
        STOPPED = "stopped"
        DONE = "done"
        FAILED = "failed"

    ACTIVE = (State.QUEUED, State.RUNNING, State.PAUSING, State.PAUSED, State.STOPPING)
    HELD = (State.RUNNING, State.PAUSING, State.STOPPING)  # somebody works on it, under a lease

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="jobs")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    options = models.JSONField(default=dict)
    requested_by = models.CharField(max_length=150)
    run = models.PositiveIntegerField(default=1)
    task = models.CharField(max_length=64, blank=True)
    deaths = models.PositiveIntegerField(default=0)
    progress = models.JSONField(default=dict)
    label = models.CharField(max_length=255, blank=True)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        get_latest_by = "pk"
        constraints = (
            models.UniqueConstraint(
                fields=["study"],
                condition=Q(state__in=["queued", "running", "pausing", "paused", "stopping"]),
                name="one_active_job_per_study",
            ),
        )

    def __str__(self) -> str:
        return f"job {self.pk} of {self.study_id}: {self.state}"

    @property
    def active(self) -> bool:
        """Whether it is still to come to an end."""
        return self.state in self.ACTIVE


class JobError(models.Model):
    """What one step could not make in a job's present run, and what to do about it."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="errors")
    step = models.CharField(max_length=20)
    label = models.CharField(max_length=255)
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.label}: {self.reason}"


class LedgerEntry(models.Model):
    """Money set aside for a paid call, spent on it, or given back; rows are only added, a key's last one counts."""

    class Kind(models.TextChoices):
        RESERVE = "reserve"
        PAID = "paid"
        RELEASE = "release"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="ledger")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="ledger")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=100)
    amount = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    currency = models.CharField(max_length=3, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["study", "key"], name="ledger_by_call"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"
