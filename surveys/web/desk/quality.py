"""Who was excluded by which rule, what is remarkable about whom, and what other rules would exclude."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pydantic import ValidationError

from surveys.participant_tables import RulesDefinition
from surveys.selectors import quality as selector
from surveys.selectors import quality_words as words
from surveys.services import verdicts
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page

MOST_ROWS = 300


@staff_only
@require_safe
def quality(request: HttpRequest, slug: str, survey: str) -> HttpResponse:
    """Show a survey's verdicts and flags; rules in the query are tried on those who finished. Nothing is written."""
    study = own_study(request, slug)
    row = get_object_or_404(study.surveys.select_related("study", "instrument"), slug=survey)
    frozen = row.rules if row.published_at else verdicts.rules_of(study)
    rules, problems = _tried(request.GET) if "try" in request.GET else (None, {})
    found = selector.quality(row, rules)
    remarkable = selector.remarkable(row)
    flags = Counter(flag["flag"] for each in remarkable for flag in each.flags)
    return study_page(
        request,
        study,
        "quality",
        "watch",
        survey=row,
        done=_shown(found.done),
        tried=_shown(found.tried) if found.tried else None,
        screened_out=found.screened_out,
        problems=problems,
        fields=_fields(request.GET if "try" in request.GET else frozen, problems),
        once="duplicate_person" in (request.GET if "try" in request.GET else frozen),
        flags=[(title, flags[name]) for name, title in words.FLAGS.items() if flags[name]],
        rows=[_row(each) for each in remarkable[:MOST_ROWS]],
        further=len(remarkable) - MOST_ROWS,
    )


def _tried(query: QueryDict) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Return the rules that were typed, or for each field that makes no sense, what to do."""
    typed = {name: said for name in RulesDefinition.model_fields if (said := query.get(name, "").strip())}
    try:
        rules = RulesDefinition.model_validate(typed).model_dump(mode="json")
    except ValidationError as error:
        wrong = [str(one["loc"][0]) for one in error.errors()]
        return None, {name: _("This number makes no sense here: correct it, or leave it empty.") for name in wrong}
    return verdicts.switched_on(rules), {}


FIELDS = (
    ("attention_failures", 1, 1, None),
    ("gold_failures", 1, 1, None),
    ("picture_failures", 1, 1, None),
    ("fastest_seconds_per_item", 0, "any", None),
    ("too_fast_share", 0, "any", 1),
    ("fastest_total_seconds", 0, "any", None),
)
"""The numbers of the form: name, least, step, most."""


def _fields(values: Any, problems: dict[str, str]) -> list[dict[str, Any]]:
    labels = _labels()
    return [
        {
            "name": name,
            "label": labels[name],
            "value": values.get(name, ""),
            "min": least,
            "step": step,
            "max": most,
            "problem": problems.get(name),
        }
        for name, least, step, most in FIELDS
    ]


def _labels() -> dict[str, str]:
    return {
        "attention_failures": _("Attention checks missed, at least"),
        "gold_failures": _("Gold checks missed, at least"),
        "picture_failures": _("Pictures that did not arrive, at least"),
        "fastest_seconds_per_item": _("Too fast: an item in less than (seconds)"),
        "too_fast_share": _("Too fast: on this share of the items (0 to 1)"),
        "fastest_total_seconds": _("Finished in less than (seconds)"),
    }


def _shown(found: selector.Excluded) -> dict[str, Any]:
    effects = [
        {"effect": row, "title": words.rule(row.rule), "limit": words.limit(row.rule, found.rules)}
        for row in found.effects
    ]
    return {"found": found, "percent": 100 * found.share, "effects": effects, "methods": _methods(found)}


def _methods(found: selector.Excluded) -> list[dict[str, Any]]:
    return [{"method": row, "percent": 100 * row.share} for row in found.methods]


def _row(assignment: Any) -> dict[str, Any]:
    return {
        "assignment": assignment,
        "verdict": words.verdict(assignment),
        "good": assignment.usable and assignment.holds_place,
        "reasons": [words.reason(reason) for reason in assignment.excluded_by],
        "flags": [words.flag(flag) for flag in assignment.flags],
    }
