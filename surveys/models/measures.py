"""How near a stimulus is to its original, by one model and by pixels."""

from __future__ import annotations

from django.db import models

from surveys.models.study import Stimulus


class Measure(models.Model):
    """Numbers of one stimulus by one CLIP model, or by pixels alone where ``model`` is empty."""

    stimulus = models.ForeignKey(Stimulus, on_delete=models.CASCADE, related_name="measures")
    model = models.CharField(max_length=300, blank=True)
    revision = models.CharField(max_length=100, blank=True)
    size_px = models.CharField(max_length=20, blank=True)
    cosine_raw = models.FloatField(null=True)
    ssim = models.FloatField(null=True)
    ms_ssim = models.FloatField(null=True)
    psnr = models.FloatField(null=True)
    selected_by = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    measured_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["stimulus", "model"], name="measure_once_per_model"),)

    def __str__(self) -> str:
        return f"{self.stimulus} by {self.model or 'pixels'}"
