"""Where a one-time staff link leads: looking at it changes nothing, the button logs in."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from surveys.services import staff_links
from surveys.web.responses import private

BACKEND = "django.contrib.auth.backends.ModelBackend"


@private
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Show whom the link lets in, and let them in by POST."""
    posted = request.method == "POST"
    user = staff_links.use_link(token=token) if posted else staff_links.user_for(token)
    if user is None:
        return render(request, "desk/enter_expired.html", status=410)
    if not posted:
        return render(request, "desk/enter.html", {"name": user.get_username()})
    login(request, user, backend=BACKEND)
    return redirect("desk:studies")
