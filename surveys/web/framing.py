"""Which sites may show participants' pages inside a page of theirs: those of FRAMED_BY, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PARTICIPANTS = ("/join/", "/take/", "/withdraw/")


class Framing:
    """Let panels frame participants' pages; all other pages stay out of frames."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.FRAMED_BY and request.path_info.startswith(PARTICIPANTS):
            # django-csp and Django's own middleware look for these
            _allow(response, "frame-ancestors", list(settings.FRAMED_BY))
            response.xframe_options_exempt = True
        return response


def may_post_to(origin: str, response: HttpResponse) -> HttpResponse:
    """Let a page's form go to the panel that framed it, besides our own site; without an origin, to our own alone."""
    if origin:
        _allow(response, "form-action", ["'self'", origin])
    return response


def _allow(response: HttpResponse, directive: str, sources: list[str]) -> None:
    """Replace one directive of the policy that django-csp writes for a response."""
    before: dict[str, list[str]] = getattr(response, "_csp_replace", {})
    response._csp_replace = before | {directive: sources}  # type: ignore[attr-defined]
