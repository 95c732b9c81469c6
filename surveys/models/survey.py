"""A survey of a study, the instrument it asks with, and the places planned for it."""

from __future__ import annotations

from django.db import models

from surveys.instruments import instrument
from surveys.models.study import Stimulus, Study


class Instrument(models.Model):
    """The exact wording and scale that was asked, known by its hash; never changed."""

    sha256 = models.CharField(max_length=64, unique=True)
    slug = models.CharField(max_length=63)
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.slug} {self.sha256[:8]}"

    @property
    def asked(self) -> instrument.Instrument:
        """What it asks, ready to be used."""
        return instrument.Instrument.model_validate(self.content)


class Survey(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft"
        PLANNED = "planned"
        PUBLISHED = "published"
        CLOSED = "closed"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="surveys")
    slug = models.CharField(max_length=63)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="surveys")
    raters = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    design = models.JSONField(default=dict)
    preregistration = models.JSONField(default=dict)
    preregistration_sha256 = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("slug",)
        constraints = (models.UniqueConstraint(fields=["study", "slug"], name="survey_once_per_study"),)

    def __str__(self) -> str:
        return f"{self.study.slug}/{self.slug}"


class Place(models.Model):
    """A form with its order and sides, planned in advance; held by at most one assignment at a time."""

    class State(models.TextChoices):
        OPEN = "open"
        HELD = "held"
        FILLED = "filled"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="places")
    number = models.PositiveIntegerField()
    block = models.PositiveIntegerField()
    form = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["survey", "number"], name="place_once_per_survey"),)
        indexes = (models.Index(fields=["survey", "state", "number"], name="place_next_open"),)

    def __str__(self) -> str:
        return f"place {self.number}"


class PlaceItem(models.Model):
    class Side(models.TextChoices):
        LEFT = "left"
        RIGHT = "right"
        NONE = ""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    stimulus = models.ForeignKey(Stimulus, on_delete=models.PROTECT, related_name="items")
    side = models.CharField(max_length=5, choices=Side, blank=True)

    class Meta:
        ordering = ("place", "position")
        constraints = (
            models.UniqueConstraint(fields=["place", "position"], name="position_once_per_place"),
            models.UniqueConstraint(fields=["place", "stimulus"], name="stimulus_once_per_place"),
        )

    def __str__(self) -> str:
        return f"{self.place} item {self.position}"
