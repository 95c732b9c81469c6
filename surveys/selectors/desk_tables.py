"""What the desk lists of a study: its originals, and its stimuli with their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import NullIf

from surveys.models import Original, Stimulus, Study

SORTS = {
    "original": ("original__position", "method__position"),
    "method": ("method__position", "original__position"),
    "size": ("size_bytes",),
    "smaller": ("share",),
    "state": ("state", "reason"),
}


@dataclass(frozen=True)
class StimulusRow:
    """A stimulus as the desk shows it."""

    stimulus: Stimulus
    percent_smaller: float | None


def originals(study: Study) -> QuerySet[Original]:
    """Return a study's originals in order, with what is shown of them."""
    return study.originals.select_related("category", "rendition")


def stimuli(study: Study, *, method: str = "", state: str = "", sort: str = "original") -> list[StimulusRow]:
    """Return a study's present stimuli, filtered and sorted; a sort that begins with ``-`` is turned round."""
    rows = Stimulus.objects.filter(original__study=study, current=True)
    if method:
        rows = rows.filter(method__slug=method)
    if state:
        rows = rows.filter(state=state)
    rows = rows.select_related("original__category", "method", "rendition", "original_rendition")
    ordered = rows.annotate(share=1.0 * F("size_bytes") / NullIf("original_bytes", Value(0))).order_by(*_order(sort))
    return [StimulusRow(row, _percent_smaller(row)) for row in ordered]


def _order(sort: str) -> list[Any]:
    """Order by the named columns, unknown values last, and then as the study does."""
    down = sort.startswith("-")
    names = SORTS.get(sort.lstrip("-"), SORTS["original"])
    columns = [F(name).desc(nulls_last=True) if down else F(name).asc(nulls_last=True) for name in names]
    return [*columns, "original__position", "method__position"]


def _percent_smaller(row: Stimulus) -> float | None:
    if row.size_bytes is None or not row.original_bytes:
        return None
    return 100 * (1 - row.size_bytes / row.original_bytes)
