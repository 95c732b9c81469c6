"""A study: its categories, originals, methods, captions, stimuli and what is shown of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Study(models.Model):
    slug = models.SlugField(max_length=63, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="studies")
    seed = models.BigIntegerField()
    simulated = models.BooleanField(default=False)
    listed = models.BooleanField(default=False)
    results_public = models.BooleanField(default=False)
    definition = models.JSONField()
    definition_sha256 = models.CharField(max_length=64)
    files_root = models.CharField(max_length=1000)
    conditions = models.JSONField(default=list)
    area_px = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class Category(models.Model):
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="categories")
    slug = models.CharField(max_length=63)
    title = models.CharField(max_length=200)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["study", "slug"], name="category_once_per_study"),)

    def __str__(self) -> str:
        return self.slug


class Rendition(models.Model):
    """What is shown: the picture's pixels at the study's area, lossless, known by the hash of its bytes."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="renditions")
    sha256 = models.CharField(max_length=64, db_index=True)
    source_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    area_px = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["study", "source_sha256", "sha256", "area_px"], name="rendition_once"),
        )

    def __str__(self) -> str:
        return self.sha256


class Original(models.Model):
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="originals")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="originals")
    slug = models.CharField(max_length=63)
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)
    licence = models.CharField(max_length=200, blank=True)
    first_published = models.CharField(max_length=100, blank=True)
    may_send_to_third_parties = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64, blank=True)
    file_bytes = models.PositiveBigIntegerField(default=0)
    reason = models.TextField(blank=True)
    rendition = models.ForeignKey(Rendition, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["study", "slug"], name="original_once_per_study"),)

    def __str__(self) -> str:
        return self.slug


class Method(models.Model):
    class Family(models.TextChoices):
        TEXTUAL = "textual"
        CLASSICAL = "classical"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="methods")
    slug = models.CharField(max_length=63)
    title = models.CharField(max_length=200)
    family = models.CharField(max_length=20, choices=Family)
    position = models.PositiveIntegerField()
    settings = models.JSONField()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["study", "slug"], name="method_once_per_study"),)

    def __str__(self) -> str:
        return self.slug


class Caption(models.Model):
    """One wording of one original by one method; a new wording is a new row, the old one stays.

    Words written on the desk also say by which elements of the guide they were written, which of several
    ``candidate`` captions they are a version of, and by whom: ``writer`` is a keyed hash, and no name.
    """

    method = models.ForeignKey(Method, on_delete=models.CASCADE, related_name="captions")
    original = models.ForeignKey(Original, on_delete=models.CASCADE, related_name="captions")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    elements = models.JSONField(default=dict)
    candidate = models.PositiveIntegerField(default=1)
    writer = models.CharField(max_length=16, blank=True)
    current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["method", "original"], condition=Q(current=True), name="caption_current"),
        )

    def __str__(self) -> str:
        return self.text


class Stimulus(models.Model):
    """One original by one method; made anew it is a new row, and answers keep naming the row they saw."""

    class State(models.TextChoices):
        READY = "ready"
        UNPAIRED = "unpaired"
        MISSING = "missing"
        INFEASIBLE = "infeasible"
        FAILED = "failed"

    INCOMPLETE = ""  # content_sha256 of a stimulus whose pictures are still to be made

    original = models.ForeignKey(Original, on_delete=models.CASCADE, related_name="stimuli")
    method = models.ForeignKey(Method, on_delete=models.CASCADE, related_name="stimuli")
    state = models.CharField(max_length=20, choices=State)
    reason = models.TextField(blank=True)
    caption = models.TextField(null=True)  # noqa: DJ001 - NULL: not a textual method, or the words are unknown
    size_bytes = models.PositiveBigIntegerField(null=True)
    file_bytes = models.PositiveBigIntegerField(null=True)
    image_bytes = models.PositiveBigIntegerField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    original_bytes = models.PositiveBigIntegerField(null=True)
    original_pixels = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rendition = models.ForeignKey(Rendition, null=True, on_delete=models.SET_NULL, related_name="+")
    original_rendition = models.ForeignKey(Rendition, null=True, on_delete=models.SET_NULL, related_name="+")
    parameters = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    provenance = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64)
    current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["original", "method"], condition=Q(current=True), name="stimulus_current"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The stimulus's id in every table and page of the experimenter."""
        return f"{self.original.slug}.{self.method.slug}"
