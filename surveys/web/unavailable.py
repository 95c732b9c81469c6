"""When the database does not answer or has no room: 503 in words, asking to try again; for scripts as JSON."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable

from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

RETRY_SECONDS = 5
_PASSING = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
)
log = logging.getLogger("twicetold")


class DatabaseUnavailable:
    """Answer 503 instead of 500 where trying again may help: nothing of the request was kept, or it is kept already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised."""
        if not isinstance(error, Error) or not is_passing(error):
            return None
        log.error("The database can't be used: %s", " ".join(str(error).split()))
        words = _("The site can't reach its database just now.")
        safe = _("Every answer that was marked as saved is safe.")
        todo = _("Wait a moment, then try again: you go on where you were.")
        if _wants_json(request):
            response: HttpResponse = JsonResponse({"error": f"{words} {safe} {todo}"}, status=503)
        else:
            context = {"happened": words, "safe": safe, "todo": todo, "again": request.path if _reads(request) else ""}
            response = HttpResponse(render_to_string("503.html", context), status=503)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        response.headers["Cache-Control"] = "no-store"
        return response


def is_passing(error: Error) -> bool:
    """Tell whether an error is the state of the database (down, busy, full), and not a fault in what it was asked."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _PASSING
    return isinstance(error, (OperationalError, InterfaceError))


def _reads(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD")


def _wants_json(request: HttpRequest) -> bool:
    wanted = request.headers.get("Accept", "")
    return request.content_type == "application/json" or "application/json" in wanted or "/api/" in request.path
