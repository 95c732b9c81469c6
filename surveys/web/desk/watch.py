"""How far a published study is; the page renews its counts by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.models import Study
from surveys.selectors.progress import Progress, progress
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page


@staff_only
@require_safe
def watch(request: HttpRequest, slug: str) -> HttpResponse:
    """Show each survey's places, assignments and answers."""
    study = own_study(request, slug)
    return study_page(request, study, "watch", "watch", surveys=_surveys(study))


@staff_only
@require_safe
def counts(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the part of the page that changes."""
    study = own_study(request, slug)
    return render(request, "desk/_progress.html", {"study": study, "surveys": _surveys(study)})


def _surveys(study: Study) -> list[Progress]:
    return [progress(survey) for survey in study.surveys.select_related("study", "instrument")]
