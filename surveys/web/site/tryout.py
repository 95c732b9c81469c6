"""Try it: five pairs on the real page, never counted, and one's own dots over the cloud at the end."""

from __future__ import annotations

import base64
import json
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from surveys.models import PlaceItem, Study, Survey
from surveys.selectors import results, tryouts
from surveys.selectors.pairs import picture_url
from surveys.selectors.tables import is_simulated
from surveys.web.responses import message, private


def _survey(study: Study) -> Survey:
    survey = tryouts.survey_to_try(study)
    if survey is None:
        msg = "This study has no survey to try."
        raise Http404(msg)
    return survey


@private
@require_safe
def try_study(request: HttpRequest, slug: str) -> HttpResponse:
    """Show five pairs; the answers stay in the page until its end."""
    study = get_object_or_404(Study, slug=slug, listed=True)
    signed = tryouts.pick(study)
    items = tryouts.unpack(study, signed)
    if not items:
        return message(
            request,
            title="Nothing to try yet",
            happened="The pictures of this study have not been made yet.",
            todo="Come back when they are: manage.py generate_stimuli makes them.",
            status=404,
        )
    data = tryouts.page_data(study, _survey(study), items)
    data["finish_url"] = reverse("try-result", args=[slug, signed])
    return render(request, "site/try.html", {"study": study, "place": data, "simulated": data["simulated"]})


@csrf_exempt  # nothing is stored, and the pairs are signed
@private
@require_POST
def try_result(request: HttpRequest, slug: str, signed: str) -> HttpResponse:
    """Show the visitor's ratings among everybody's."""
    study = get_object_or_404(Study, slug=slug, listed=True)
    survey = _survey(study)
    try:
        items = tryouts.unpack(study, signed)
        ratings = _ratings(request.POST.get("answers", ""), survey, len(items))
    except (signing.BadSignature, ValueError, RecursionError):
        return message(
            request,
            title="These answers can't be shown",
            happened="What the page sent was not complete, or the page is more than a day old.",
            safe="Nothing was stored: trying is never counted.",
            todo="Try five new pairs.",
            status=400,
        )
    return render(request, "site/try_result.html", _result(study, items, ratings))


def _ratings(text: str, survey: Survey, count: int) -> dict[int, int]:
    """Return the ratings by position; raise ValueError for anything but whole numbers on the scale."""
    rating = survey.instrument.asked.rating
    assert rating is not None, "only surveys of one rating can be tried"
    given = json.loads(text)
    if not isinstance(given, list) or not given:
        msg = "answers must be a list"
        raise ValueError(msg)
    ratings: dict[int, int] = {}
    for row in given:
        if not isinstance(row, dict) or type(row.get("position")) is not int or not 1 <= row["position"] <= count:
            msg = "an answer has the position of a pair"
            raise ValueError(msg)
        if row.get("skipped") is True:
            continue
        ratings[row["position"]] = rating.check(row.get("value"))
    return ratings


def _result(study: Study, items: list[PlaceItem], ratings: dict[int, int]) -> dict[str, Any]:
    own = [
        {"stimulus": item.study_stimulus.name, "value": ratings[item.position]}
        for item in items
        if item.position in ratings
    ]
    svg = results.figure_with_own(study, own)
    crowd = tryouts.crowd_medians(results.numbers(study))
    return {
        "study": study,
        "simulated": is_simulated(study),
        "figure_svg_data_uri": "data:image/svg+xml;base64," + base64.b64encode(svg).decode() if svg else "",
        "rows": [
            {
                "position": item.position,
                "original": item.study_stimulus.original.title or item.study_stimulus.original.slug,
                "method": item.study_stimulus.method.title,
                "size_bytes": item.study_stimulus.size_bytes,
                "yours": ratings.get(item.position),
                "crowd_median": crowd.get(item.study_stimulus.name),
                "original_url": _url(item, "original_rendition"),
                "stimulus_url": _url(item, "rendition"),
            }
            for item in items
        ],
    }


def _url(item: PlaceItem, name: str) -> str:
    return picture_url(getattr(item.study_stimulus, name))
