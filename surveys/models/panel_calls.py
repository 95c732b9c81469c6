"""What was asked of panels, written down before it was sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from surveys.models.study import Study


class PanelCall(models.Model):
    """A call that creates or pays, written down before it is sent. Person ids stand in neither request nor reply."""

    class State(models.TextChoices):
        INTENDED = "intended"
        DONE = "done"
        FAILED = "failed"
        UNSURE = "unsure"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="panel_calls")
    panel = models.CharField(max_length=20)
    environment = models.CharField(max_length=100)
    token = models.CharField(max_length=64)
    operation = models.CharField(max_length=100)
    request = models.JSONField()
    reply = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.INTENDED)
    error = models.TextField(blank=True)
    tries = models.PositiveIntegerField(default=1)
    holder = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["panel", "environment", "token"], name="panel_call_once"),
            models.CheckConstraint(
                condition=Q(state="done", reply__isnull=False) | ~Q(state="done"), name="done_has_a_reply"
            ),
        )

    def __str__(self) -> str:
        return f"{self.operation} {self.state}"
