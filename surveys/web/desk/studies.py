"""The desk's first page: one's own studies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.models import Study
from surveys.web.desk.access import staff_only


@staff_only
@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    """List the studies this user owns."""
    rows = Study.objects.filter(owner_id=request.user.pk).order_by("title", "slug")
    return render(request, "desk/studies.html", {"studies": rows})
