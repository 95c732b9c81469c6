"""Which stimuli need more ratings by the pre-registered goal, and the button that plans places for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.models import Survey
from surveys.services import top_ups
from surveys.services.errors import ServiceError
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def top_up(request: HttpRequest, slug: str, survey: str) -> HttpResponse:
    """Show the precision of every stimulus; POST plans further places for those that are not sure enough."""
    study = own_study(request, slug)
    row = get_object_or_404(study.surveys.select_related("study", "instrument"), slug=survey)
    if request.method == "POST":
        return _plan(request, row)
    found: dict[str, object] = {"survey": row, "goal": None, "rows": [], "why_not": "", "wide": 0, "needing": 0}
    try:
        goal, rows = top_ups.wanting(row)
    except ServiceError as error:
        found["why_not"] = str(error)
    else:
        wide = sum(not each.reached for each in rows)
        found["several"] = len(row.instrument.asked.questions) > 1
        found |= {"goal": goal, "rows": rows, "wide": wide, "needing": sum(each.more > 0 for each in rows)}
    return study_page(request, study, "top_up", "watch", **found)


def _plan(request: HttpRequest, survey: Survey) -> HttpResponse:
    try:
        proof = top_ups.top_up(survey=survey)
    except ServiceError as error:
        messages.error(request, str(error))
        return redirect("desk:top-up", survey.study.slug, survey.slug)
    words = _("%(places)d further places were planned, for %(stimuli)d stimuli. They are open now.")
    messages.success(request, words % {"places": proof.places, "stimuli": proof.stimuli})
    return redirect("desk:watch", survey.study.slug)
