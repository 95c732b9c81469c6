"""A survey of a study, the instrument it asks with, and the places planned for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from surveys.instruments import instrument
from surveys.instruments.checks import Checks
from surveys.models.study import Original, Rendition, Stimulus, Study

_MOST_PARSED = 100
_parsed: dict[str, instrument.Instrument] = {}
"""Instruments of this process, ready to be used, by the hash of their content."""


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
        found = self.parsed(self.sha256)
        if found is None:
            found = instrument.Instrument.model_validate(self.content)
            if len(_parsed) >= _MOST_PARSED:
                _parsed.clear()
            _parsed[self.sha256] = found
        return found

    @staticmethod
    def parsed(sha256: str) -> instrument.Instrument | None:
        """Return what the instrument of this hash asks, if this process has used it before."""
        return _parsed.get(sha256)


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
    items_per_form = models.PositiveIntegerField(null=True)
    include_originals = models.BooleanField(default=False)
    checks = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    paused = models.BooleanField(default=False)
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

    @property
    def asked_besides(self) -> Checks:
        """The checks, ready to be used."""
        return Checks.model_validate(self.checks)


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


class Check(models.Model):
    """A pair or picture from outside the study, asked to learn whether a person looks; never counted.

    ``expected`` says what an attentive person answers: for each question's id the lowest and the highest rating, or the
    options to be chosen. ``words`` name what an instructed check asks for.
    """

    class Kind(models.TextChoices):
        IDENTICAL = "identical"
        UNRELATED = "unrelated"
        INSTRUCTED = "instructed"
        GOLD = "gold"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="check_items")
    slug = models.CharField(max_length=63)
    kind = models.CharField(max_length=12, choices=Kind)
    rendition = models.ForeignKey(Rendition, on_delete=models.PROTECT, related_name="+")
    original_rendition = models.ForeignKey(Rendition, null=True, on_delete=models.PROTECT, related_name="+")
    expected = models.JSONField(default=dict)
    words = models.JSONField(default=dict)

    class Meta:
        ordering = ("slug",)
        constraints = (models.UniqueConstraint(fields=["survey", "slug"], name="check_once_per_survey"),)

    def __str__(self) -> str:
        return f"{self.survey} check {self.slug}"


class PlaceItem(models.Model):
    """What one person sees at one position: a stimulus (once, or again), a check, or an original alone."""

    class Side(models.TextChoices):
        LEFT = "left"
        RIGHT = "right"
        NONE = ""

    class Kind(models.TextChoices):
        STUDY = "study"
        ATTENTION = "attention"
        GOLD = "gold"
        REPEAT = "repeat"
        TRAINING = "training"
        ORIGINAL = "original"

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STUDY)
    stimulus = models.ForeignKey(Stimulus, null=True, on_delete=models.PROTECT, related_name="items")
    check_item = models.ForeignKey(Check, null=True, on_delete=models.PROTECT, related_name="items")
    original = models.ForeignKey(Original, null=True, on_delete=models.PROTECT, related_name="items")
    side = models.CharField(max_length=5, choices=Side, blank=True)

    class Meta:
        ordering = ("place", "position")
        constraints = (
            models.UniqueConstraint(fields=["place", "position"], name="position_once_per_place"),
            models.UniqueConstraint(
                fields=["place", "stimulus"], condition=Q(kind="study"), name="stimulus_once_per_place"
            ),
            models.CheckConstraint(
                condition=Q(stimulus__isnull=False, check_item=None, original=None, kind__in=["study", "repeat"])
                | Q(stimulus=None, check_item__isnull=False, original=None, kind__in=["attention", "gold", "training"])
                | Q(stimulus=None, check_item=None, original__isnull=False, kind="original"),
                name="item_shows_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.place} item {self.position}"

    @property
    def name(self) -> str:
        """How tables call what is shown."""
        if self.check_item is not None:
            return f"check.{self.check_item.slug}"
        return f"{self.original.slug}.original" if self.original is not None else self.study_stimulus.name

    @property
    def pictures(self) -> tuple[Rendition | None, Rendition]:
        """The pictures of an item: the one that stands for the original, and the one that is judged.

        Raises
        ------
        ValueError
            It has no picture to show.
        """
        source = self.check_item or self.stimulus
        original = source.original_rendition if source else None
        shown = source.rendition if source else None
        if self.original is not None:
            shown = self.original.rendition
        if shown is None:
            msg = f"{self.name} has no picture"
            raise ValueError(msg)
        return original, shown

    @property
    def study_stimulus(self) -> Stimulus:
        """The stimulus that is shown; a ValueError where it is a check or an original alone."""
        if self.stimulus is None:
            msg = f"{self} shows no stimulus but is of kind {self.kind}"
            raise ValueError(msg)
        return self.stimulus
