"""What attentive people would answer to the pictures from outside a study, so that nobody fails a check by chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surveys.models import Check, Study
from surveys.selectors.pairs import picture_url

Known = Mapping[frozenset[str], Mapping[str, Any]]
"""By the addresses of an item's pictures: what is expected, by question."""


def of_study(study: Study) -> Known:
    """Return what is expected of the checks of all surveys of a study."""
    rows = Check.objects.filter(survey__study=study).select_related("rendition", "original_rendition")
    return {
        frozenset(picture_url(each) for each in (row.rendition, row.original_rendition) if each): row.expected
        for row in rows
    }
