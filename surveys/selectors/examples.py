"""An example for whoever only looks: what one item of a survey is like."""

from __future__ import annotations

from typing import Any

from surveys.models import PlaceItem, Survey
from surveys.selectors import pairs


def example_of(survey: Survey) -> dict[str, Any]:
    """Return the pictures of one item, of the practice where there is one; empty where nothing can be shown."""
    rows = PlaceItem.objects.filter(place__survey=survey).select_related(
        "stimulus__rendition",
        "stimulus__original_rendition",
        "check_item__rendition",
        "check_item__original_rendition",
    )
    for kind in (PlaceItem.Kind.TRAINING, PlaceItem.Kind.STUDY):
        item = rows.filter(kind=kind).order_by("place__number", "position").first()
        if item is not None:
            return pairs.shown(item, survey.instrument.asked)
    return {}
