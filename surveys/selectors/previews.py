"""An original for the eyes of staff, while no rendition of it is made yet."""

from __future__ import annotations

import io
from pathlib import Path

from compression import images
from compression.errors import RemediedError
from compression.files import Files
from surveys.models import Original, Study

LONGEST_SIDE = 1200  # px


def preview(study: Study, original: Original) -> bytes | None:
    """Return an original's picture as WebP, upright and in sRGB; None when there is no readable file."""
    rows = {row["slug"]: row["file"] for row in study.definition.get("originals", [])}
    try:
        path = Files(Path(study.files_root)).picture(rows[original.slug])
        image = images.read(path.read_bytes(), path.name).image
    except (KeyError, RemediedError, OSError):
        return None
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    file = io.BytesIO()
    image.save(file, "WEBP", quality=90)
    return file.getvalue()
