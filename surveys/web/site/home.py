"""The front page: the studies that may be seen, and the ways into them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.models import Answer, Study
from surveys.selectors import pairs, pictures
from surveys.selectors.counted import COUNTED
from surveys.selectors.tables import is_simulated


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show each listed study with a strip of its pictures."""
    studies = Study.objects.filter(listed=True).order_by("title")
    return render(request, "site/home.html", {"studies": [_card(study) for study in studies]})


def _card(study: Study) -> dict[str, object]:
    strip = pictures.strip(study)
    return {
        "slug": study.slug,
        "title": study.title,
        "description": study.description,
        "simulated": is_simulated(study),
        "pictures": [{"url": pairs.picture_url(row), "width": row.width, "height": row.height} for row in strip],
        "can_try": bool(strip),
        "results_public": study.results_public,
        "answers": Answer.objects.filter(COUNTED, assignment__place__survey__study=study).count(),
    }
