"""What people decided on the contact sheet: a reconstruction may be shown, or may not, and why."""

from __future__ import annotations

from django.db import models

from surveys.models.study import Study


class Release(models.Model):
    """One verdict on one picture, known by its hash; rows are only added, and the last one of a picture counts."""

    class Verdict(models.TextChoices):
        RELEASED = "released"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="releases")
    stimulus = models.CharField(max_length=127)
    sha256 = models.CharField(max_length=64)
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["study", "stimulus", "sha256"], name="release_of_picture"),)

    def __str__(self) -> str:
        return f"{self.stimulus} {self.verdict} by {self.by}"
