"""Find the files of pictures that may be shown."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from compression.store import Store, StoreError
from compression.stores import open_store
from surveys.models import Rendition, Study
from surveys.services.errors import UnavailableError


def store() -> Store:
    """Return the site's content-addressed store."""
    return open_store(settings.STORE or Path(settings.MEDIA_ROOT) / "store")


def opened(sha256: str) -> BinaryIO | None:
    """Return the file of a rendition to read from; None for anything that is not a study's rendition.

    Raises
    ------
    UnavailableError
        The store does not answer.
    """
    if not Rendition.objects.filter(sha256=sha256).exists():
        return None
    try:
        return store().open(sha256)
    except FileNotFoundError:
        return None
    except StoreError as error:
        raise UnavailableError(str(error)) from error


def strip(study: Study, count: int = 4) -> list[Rendition]:
    """Return some originals' renditions, one per category as far as it goes, for a study's card."""
    rows = study.originals.filter(rendition__isnull=False).select_related("rendition", "category")
    by_category: dict[int, Rendition] = {}
    for row in rows:
        if row.rendition:
            by_category.setdefault(row.category_id, row.rendition)
    return list(by_category.values())[:count]
