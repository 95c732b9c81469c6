"""The desk's first page, one's own studies, and each study's way from originals to results."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.models import Study
from surveys.selectors import desk_tables, pairs, pictures
from surveys.selectors.captions import studies_to_write
from surveys.selectors.steps import steps
from surveys.selectors.tables import is_simulated
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page


@staff_only
@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    """List the studies this user owns."""
    rows = Study.objects.filter(owner_id=request.user.pk).order_by("title", "slug")
    without_owner = Study.objects.filter(owner=None).count()
    context = {
        "studies": [_card(study) for study in rows],
        "without_owner": without_owner,
        "to_write": studies_to_write(request.user),
    }
    return render(request, "desk/studies.html", context)


def _card(study: Study) -> dict[str, object]:
    every = steps(study)
    return {
        "study": study,
        "simulated": is_simulated(study),
        "pictures": [pairs.picture_url(rendition) for rendition in pictures.strip(study)],
        "next": next((step for step in every if not step.done), None),
        "done": [step.title for step in every if step.done],
    }


@staff_only
@require_safe
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a study's steps: what is done, what is missing, what comes next."""
    found = own_study(request, slug)
    return study_page(request, found, "study")


@staff_only
@require_safe
def originals(request: HttpRequest, slug: str) -> HttpResponse:
    """List a study's originals with where they come from."""
    found = own_study(request, slug)
    return study_page(request, found, "originals", "originals", originals=desk_tables.originals(found))
