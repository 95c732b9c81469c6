"""What panels call people: raw personal data, in this one table."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from surveys.models.work import Assignment


class PanelPerson(models.Model):
    """Who a panel says came for an assignment: read to pay them and to lead them back, never exported with answers."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="panel_person")
    panel = models.CharField(max_length=63)
    environment = models.CharField(max_length=255)
    person = models.CharField(max_length=255)
    work = models.CharField(max_length=255, blank=True)  # the panel's id of this piece of work; given to others again
    posting = models.CharField(max_length=255, blank=True)  # the panel's id of what it advertises
    attempt = models.PositiveIntegerField(default=1)
    arrived_at = models.DateTimeField()
    forget_after = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["panel", "environment", "work", "person", "attempt"],
                condition=~Q(work=""),
                name="panel_work_once",
            ),
        )
        indexes = (
            models.Index(fields=["panel", "environment", "person"], name="panel_person"),
            models.Index(fields=["forget_after"], name="panel_person_due"),
        )

    def __str__(self) -> str:
        return f"somebody of {self.panel}"
