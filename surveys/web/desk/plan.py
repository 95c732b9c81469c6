"""A study's surveys: what is asked, the planned places, and the proof that they are balanced."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from surveys.models import Survey
from surveys.selectors import lengths, prices, questions
from surveys.selectors.balance import besides, promises
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page


@staff_only
@require_safe
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Show each survey's questions, pre-registration and balance proof."""
    study = own_study(request, slug)
    surveys = [_described(survey) for survey in study.surveys.select_related("study", "instrument")]
    return study_page(request, study, "plan", "plan", surveys=surveys)


def _described(survey: Survey) -> dict[str, object]:
    instrument = survey.instrument.asked
    return {
        "survey": survey,
        "instrument": instrument,
        "questions": questions.asked(instrument),
        "order": questions.order(instrument),
        "shown": questions.shown(instrument),
        "design": survey.design,
        "promises": promises(survey.design),
        "besides": besides(survey.design),
        "length": lengths.in_words(survey) if survey.design else "",
        "price": prices.in_words(survey) if survey.design else "",
        "pay": survey.study.definition.get("consent", {}).get("pay", ""),
    }
