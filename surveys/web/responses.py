"""Headers and error pages that the site's views share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def private(view: View) -> View:
    """Forbid every cache to keep what this view returns."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    return cast(View, wrapped)


def message(
    request: HttpRequest,
    *,
    title: str,
    happened: str,
    safe: str = "",
    todo: str = "",
    status: int = 200,
    back_url: str = "",
) -> HttpResponse:
    """Show a page that says what happened, what is safe, and what to do; and where to try again."""
    context = {"title": title, "happened": happened, "safe": safe, "todo": todo, "status": status, "back_url": back_url}
    return render(request, "participant/message.html", context, status=status)
