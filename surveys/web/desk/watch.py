"""How far a published study is; the page renews its counts by itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from surveys.models import Study
from surveys.selectors.comments import comments
from surveys.selectors.progress import Progress, progress
from surveys.services import publishing
from surveys.services.errors import ServiceError
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page

CHANGES = {"pause": publishing.pause, "resume": publishing.resume}


@staff_only
@require_safe
def watch(request: HttpRequest, slug: str) -> HttpResponse:
    """Show each survey's places, assignments and answers."""
    study = own_study(request, slug)
    return study_page(request, study, "watch", "watch", surveys=_surveys(study), comments=comments(study))


@staff_only
@require_POST
def change(request: HttpRequest, slug: str, survey: str) -> HttpResponse:
    """Pause a survey, or let people in again."""
    study = own_study(request, slug)
    row = get_object_or_404(study.surveys, slug=survey)
    action = request.POST.get("action", "")
    if action not in CHANGES:
        messages.error(request, _("That button is not known. Nothing was changed."))
        return redirect("desk:watch", slug)
    try:
        CHANGES[action](survey=row)
    except ServiceError as error:
        messages.error(request, str(error))
    return redirect("desk:watch", slug)


@staff_only
@require_safe
def counts(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the part of the page that changes."""
    study = own_study(request, slug)
    return render(request, "desk/_progress.html", {"study": study, "surveys": _surveys(study)})


def _surveys(study: Study) -> list[Progress]:
    return [progress(survey) for survey in study.surveys.select_related("study", "instrument")]
