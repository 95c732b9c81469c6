"""Serve renditions by the hash of their bytes: the address tells neither method nor original."""

from __future__ import annotations

import logging

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from surveys.selectors import pictures
from surveys.services.errors import UnavailableError

log = logging.getLogger(__name__)
A_YEAR = 31536000


@require_safe
def picture(request: HttpRequest, sha256: str) -> FileResponse | HttpResponse:
    """Return a picture that some study shows; the same address always gives the same bytes."""
    try:
        file = pictures.opened(sha256)
    except UnavailableError as error:
        log.error("A picture could not be read: %s", error)
        away = HttpResponse("The pictures can't be reached. Try again in a moment.", "text/plain", 503)
        away.headers["Retry-After"] = "5"
        return away
    if file is None:
        msg = "There is no such picture."
        raise Http404(msg)
    response = FileResponse(file, content_type="image/webp")
    response.headers["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return response
