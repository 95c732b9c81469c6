"""Serve renditions by the hash of their bytes: the address tells neither method nor original."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from surveys.selectors import pictures

A_YEAR = 31536000


@require_safe
def picture(request: HttpRequest, sha256: str) -> FileResponse:
    """Return a picture that some study shows; the same address always gives the same bytes."""
    file = pictures.opened(sha256)
    if file is None:
        msg = "There is no such picture."
        raise Http404(msg)
    response = FileResponse(file, content_type="image/webp")
    response.headers["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return response
