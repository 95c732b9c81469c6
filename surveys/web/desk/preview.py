"""Preview: what a participant of a survey sees from the first page to the last; nothing of it is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from surveys.models import Assignment, Posting, Study, Survey
from surveys.selectors import pairs
from surveys.selectors.tables import is_simulated
from surveys.services import consents
from surveys.web.desk.access import own_study, staff_only
from surveys.web.language import speak
from surveys.web.participant.done import done_context
from surveys.web.participant.join import information_context
from surveys.web.responses import message

SAMPLE_CODE = "ABCD-EFGH-2345"


def _survey(study: Study, slug: str) -> Survey:
    """Return a survey, whose language is spoken from now on."""
    survey = get_object_or_404(study.surveys.select_related("study", "instrument"), slug=slug)
    speak(survey.instrument)
    return survey


def _posting(survey: Survey) -> Posting:
    """Return a link that is not stored, of the kind that the study file names."""
    link = survey.study.definition.get("panel", {}).get("links", Posting.Link.INVITATION)
    return Posting(survey=survey, link=link, simulated=survey.study.simulated)


def _url(survey: Survey, page: str) -> str:
    return reverse(f"desk:{page}", args=[survey.study.slug, survey.slug])


def _not_planned(request: HttpRequest, survey: Survey) -> HttpResponse:
    return message(
        request,
        title=_("Nothing to preview yet"),
        happened=_("This survey has no places: they fix what one person sees."),
        todo=_("Plan it first (manage.py plan), then come back."),
        status=404,
        back_url=reverse("desk:plan", args=[survey.study.slug]),
    )


@staff_only
@require_safe
def information(request: HttpRequest, slug: str, survey: str) -> HttpResponse:
    """Show the first page, as it would be told now."""
    row = _survey(own_study(request, slug), survey)
    if not row.design:
        return _not_planned(request, row)
    context = information_context(_posting(row)) | {
        "preview": True,
        "preview_url": _url(row, "preview-pictures"),
        "simulated": is_simulated(row.study),
    }
    return render(request, "participant/join.html", context)


@staff_only
@require_safe
def pictures(request: HttpRequest, slug: str, survey: str) -> HttpResponse:
    """Show the first place of the survey on the real page; its answers stay in the page."""
    row = _survey(own_study(request, slug), survey)
    place = row.places.select_related("survey__study").first()
    if place is None:
        return _not_planned(request, row)
    # Not stored: its key is nobody's, so that it has no answers.
    sample = Assignment(pk=0, place=place, instrument=row.instrument, simulated=is_simulated(row.study))
    data: dict[str, Any] = pairs.place_data(sample) | {"try": True, "finish_url": _url(row, "preview-finish")}
    data["leave_url"] = _url(row, "preview")
    return render(request, "desk/preview_pictures.html", {"place": data, "simulated": sample.simulated})


@csrf_exempt  # nothing is read and nothing is written, and the pair page sends no referrer
@staff_only
@require_POST
def finish(request: HttpRequest, slug: str, survey: str) -> HttpResponse:
    """Lead to the last page; what the page sent is not looked at."""
    return redirect("desk:preview-done", own_study(request, slug).slug, survey)


@staff_only
@require_safe
def done(request: HttpRequest, slug: str, survey: str) -> HttpResponse:
    """Show the last page with a sample code."""
    row = _survey(own_study(request, slug), survey)
    if not row.design:
        return _not_planned(request, row)
    told = consents.information(survey=row, posting=_posting(row))
    context = done_context(request, study=row.study, told=told, receipt_code=SAMPLE_CODE) | {
        "preview": True,
        "simulated": is_simulated(row.study),
        "desk_url": reverse("desk:plan", args=[row.study.slug]),
    }
    return render(request, "participant/done.html", context)
