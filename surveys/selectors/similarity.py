"""The similarity table, read from the database."""

from __future__ import annotations

from typing import Any

from compression.similarity import scaled
from surveys.models import Measure, Study


def similarity(study: Study) -> list[dict[str, Any]]:
    """Return a row per present stimulus and model, in the study's order."""
    rows = Measure.objects.filter(stimulus__original__study=study, stimulus__current=True)
    rows = rows.select_related("stimulus__original", "stimulus__method")
    order = ("stimulus__original__position", "stimulus__method__position", "model")
    return [_row(study, row) for row in rows.order_by(*order)]


def _row(study: Study, row: Measure) -> dict[str, Any]:
    texts = ("model", "revision", "size_px", "selected_by", "reason")
    return {
        "study": study.slug,
        "stimulus": row.stimulus.name,
        **{name: getattr(row, name) or None for name in texts},
        **{f"cosine_{name}": _scaled(row.cosine_raw, name) for name in ("raw", "half", "clip0")},
        "ssim": row.ssim,
        "ms_ssim": row.ms_ssim,
        "psnr": row.psnr,
    }


def _scaled(raw: float | None, name: str) -> float | None:
    return None if raw is None else round(scaled(raw, name), 6)
