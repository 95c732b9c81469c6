"""What panels call people: raw personal data, in this one table."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from surveys.models.work import Assignment


class PanelPerson(models.Model):
    """Who came for an assignment by which ids of a panel: read to lead them back and to pay, never exported.

    Who takes the same work up again with another id of it has a row for each; the latest is the one that is handed in.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="panel_people")
    panel = models.CharField(max_length=63)
    environment = models.CharField(max_length=255)
    person = models.CharField(max_length=255)
    work = models.CharField(max_length=255, blank=True)  # the panel's id of this piece of work; given to others again
    posting = models.CharField(max_length=255, blank=True)  # the panel's id of what it advertises
    submit_to = models.CharField(max_length=255, blank=True)  # the origin that a finished form goes to
    attempt = models.PositiveIntegerField(default=1)
    arrived_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # when the panel was told that they began
    forget_after = models.DateTimeField()

    class Meta:
        permissions = (("pay_people", "Can see what panels call people, approve and pay"),)
        constraints = (
            models.UniqueConstraint(
                fields=["panel", "environment", "work", "person", "attempt"],
                condition=~Q(work=""),
                name="panel_work_once",
            ),
        )
        indexes = (
            models.Index(fields=["panel", "environment", "person"], name="panel_person"),
            models.Index(fields=["work"], name="panel_person_work"),
            models.Index(fields=["forget_after"], name="panel_person_due"),
        )

    def __str__(self) -> str:
        return f"somebody of {self.panel}"
