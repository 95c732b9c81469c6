"""Exactly the tables of analysis.tables, read from the database; people appear under pseudonyms only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet

from compression.rates import bits_per_pixel, brotli_bytes
from surveys.instruments import checks
from surveys.instruments.questions import Choice, Instructed, Question, Rating
from surveys.models import Answer, Assignment, Method, PlaceItem, Posting, Release, Stimulus, Study, Survey
from surveys.selectors import releases
from surveys.selectors.counted import COUNTED, counts
from surveys.selectors.precision import further_places

Row = dict[str, Any]


def stimuli(study: Study) -> list[Row]:
    """Return a row per stimulus, in the study's order."""
    return [stimulus_row(study, row) for row in stimuli_in_order(study)]


def stimuli_in_order(study: Study) -> QuerySet[Stimulus]:
    """Return the present stimuli, with all that their rows need."""
    rows = Stimulus.objects.filter(original__study=study, current=True).select_related(
        "original__category", "method", "rendition", "original_rendition"
    )
    return rows.order_by("original__position", "method__position")


def stimulus_row(study: Study, row: Stimulus) -> Row:
    """Return one row of the stimuli table."""
    plain = ("state", "reason", "caption", "size_bytes", "file_bytes", "image_bytes", "width", "height")
    return {
        "study": study.slug,
        "stimulus": row.name,
        "original": row.original.slug,
        "category": row.original.category.slug,
        "method": row.method.slug,
        "family": row.method.family,
        **{name: getattr(row, name) for name in plain},
        "original_bytes": row.original_bytes,
        "original_pixels": row.original_pixels,
        "sha256": row.sha256 or None,
        "rendition_sha256": row.rendition.sha256 if row.rendition else None,
        "original_rendition_sha256": row.original_rendition.sha256 if row.original_rendition else None,
        "parameters": _json(row.parameters),
        "versions": _json(row.versions),
        "simulated": study.simulated,
        "brotli_bytes": brotli_bytes(row.caption) if row.caption else None,
        "bits_per_pixel": bits_per_pixel(row.size_bytes, row.original_pixels),
        **_point(row.method),
    }


def provenance(study: Study) -> dict[str, Any]:
    """Return how each stimulus came to be, by its name, and what a person said who looked at a reconstruction."""
    verdicts = releases.verdicts(study)
    last = ((row, verdicts.get((row.name, row.sha256))) for row in stimuli_in_order(study))
    return {row.name: row.provenance | ({"release": _release(found)} if found else {}) for row, found in last}


def _release(row: Release) -> Row:
    return {"verdict": row.verdict, "at": timestamp(row.at)} | ({"reason": row.reason} if row.reason else {})


def _point(method: Method) -> Row:
    """Return where a method stands among the operating points of its curve."""
    known = {"curve": None, "point": None, "draw": 1}
    return {name: method.settings.get(name, default) for name, default in known.items()}


def _method(row: Method) -> Row:
    """Return what the facts say of a method; of its curve only where it is on one."""
    own = {"slug": row.slug, "title": row.title, "family": row.family}
    return own | (_point(row) if row.settings.get("curve") else {})


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _answers(study: Study) -> QuerySet[Answer]:
    rows = Answer.objects.filter(assignment__place__survey__study=study).select_related(
        "assignment__participant",
        "assignment__posting",
        "assignment__instrument",
        "assignment__place__survey",
        "item__stimulus__original",
        "item__stimulus__method",
        "item__check_item",
        "item__original",
    )
    order = ("assignment__place__survey__slug", "assignment__place__number", "assignment_id")
    return rows.order_by(*order, "item__position", "question", "revision")


def counted_answers(study: Study) -> QuerySet[Answer]:
    """Return the answers that count, in the order of ``responses``, with all that their rows need."""
    return _answers(study).filter(COUNTED)


def all_responses(study: Study) -> tuple[list[Row], list[Row]]:
    """Return ``responses`` (what counts) and ``responses_all`` (every answer, and why it counts or not)."""
    counted: list[Row] = []
    everything: list[Row] = []
    for answer in _answers(study).iterator(chunk_size=2000):
        row = response_row(study, answer)
        reason = _why_not(answer)
        everything.append(
            row
            | {"state": answer.assignment.state, "counted": not reason, "reason": reason, "revision": answer.revision}
            | {"skipped_for": answer.reason or None}
        )
        if not reason:
            counted.append(row)
    return counted, everything


def response_row(study: Study, answer: Answer) -> Row:
    """Return one row of the responses table."""
    assignment = answer.assignment
    return {
        "study": study.slug,
        "survey": assignment.place.survey.slug,
        "question": answer.question,
        "stimulus": answer.item.name,
        "assignment": assignment.code,
        "participant": assignment.participant.pseudonym,
        "panel": assignment.posting.panel,
        "position": answer.item.position,
        "side": answer.item.side or None,
        "value": None if answer.skipped else _value(answer),
        "skipped": answer.skipped,
        "answered_at": timestamp(answer.answered_at),
        "layout": answer.layout or None,
        "seconds": answer.seconds,
        "instrument": assignment.instrument.sha256,
        "simulated": assignment.simulated,
    }


def _value(answer: Answer) -> str:
    return written(answer.value)


def written(value: Any) -> str:
    """Return an answer as the tables write it: a whole number, or a JSON list in order."""
    return str(value) if isinstance(value, int) else _json(value if isinstance(value, list) else [value])


def _why_not(answer: Answer) -> str:
    """Return why an answer is not counted; empty when it is."""
    assignment = answer.assignment
    if not answer.current:
        return "changed by the participant"
    if assignment.state != Assignment.State.SUBMITTED:
        return f"assignment {assignment.state}"
    if not assignment.usable:
        return "assignment not usable"
    if not assignment.holds_place:
        return "surplus: the place was already filled"
    return "" if answer.item.kind == PlaceItem.Kind.STUDY else f"item is of kind {answer.item.kind}"


def check_rows(study: Study) -> list[Row]:
    """Return a row per answer to a check, to practice, or to what was asked again; never counted among the others."""
    kinds = [kind for kind in PlaceItem.Kind.values if kind not in (PlaceItem.Kind.STUDY, PlaceItem.Kind.ORIGINAL)]
    rows = _answers(study).filter(item__kind__in=kinds, current=True)
    first = _first_answers(study)
    return [_check_row(study, answer, first) for answer in rows]


def _first_answers(study: Study) -> dict[tuple[int, int | None, str], Answer]:
    """Return what was answered the first time to what was asked again, by assignment, stimulus and question."""
    again = PlaceItem.objects.filter(place__survey__study=study, kind=PlaceItem.Kind.REPEAT).values("stimulus")
    rows = Answer.objects.filter(assignment__place__survey__study=study, current=True, item__stimulus__in=again)
    first = rows.filter(item__kind=PlaceItem.Kind.STUDY).select_related("item")
    return {(row.assignment_id, row.item.stimulus_id, row.question): row for row in first}


def _check_row(study: Study, answer: Answer, first: dict[tuple[int, int | None, str], Answer]) -> Row:
    item, assignment = answer.item, answer.assignment
    expected = item.check_item.expected.get(answer.question) if item.check_item else None
    passed = None
    if expected is not None and not answer.skipped:
        passed = not checks.misses({answer.question: expected}, {answer.question: answer.said})
    before = first.get((assignment.pk, item.stimulus_id, answer.question)) if item.stimulus_id else None
    return {
        "study": study.slug,
        "survey": assignment.place.survey.slug,
        "assignment": assignment.code,
        "participant": assignment.participant.pseudonym,
        "kind": item.kind,
        "item": item.name,
        "question": answer.question,
        "position": item.position,
        "expected": _json(expected) if expected is not None else None,
        "first": _value(before) if before and not before.skipped else None,
        "value": None if answer.skipped else _value(answer),
        "passed": passed,
        "tries": answer.revision,
        "answered_at": timestamp(answer.answered_at),
        "simulated": assignment.simulated,
    }


def timestamp(at: datetime | None) -> str | None:
    """Return a time as the tables write it: UTC, milliseconds, ``Z``."""
    if at is None:
        return None
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def assignments(study: Study) -> list[Row]:
    """Return a row per assignment: place, link, state, times, verdicts."""
    rows = Assignment.objects.filter(place__survey__study=study).select_related(
        "participant", "posting", "place__survey", "instrument", "consent"
    )
    layouts = _layouts(study)
    ordered = rows.order_by("place__survey__slug", "place__number", "pk")
    return [_assignment(study, row, layouts.get(row.pk)) for row in ordered]


def _layouts(study: Study) -> dict[int, str]:
    """Return each assignment's layout, ``mixed`` where the screen was turned or resized."""
    found: dict[int, str] = {}
    answers = Answer.objects.filter(Q(assignment__place__survey__study=study), current=True).exclude(layout="")
    for pk, layout in answers.values_list("assignment_id", "layout").distinct():
        found[pk] = "mixed" if pk in found else layout
    return found


def _assignment(study: Study, row: Assignment, layout: str | None) -> Row:
    return {
        "study": study.slug,
        "survey": row.place.survey.slug,
        "assignment": row.code,
        "participant": row.participant.pseudonym,
        "panel": row.posting.panel,
        "link": row.posting.link,
        "repeats_excluded": row.posting.link != Posting.Link.OPEN,
        "place": str(row.place.number),
        "block": row.place.block,
        "form": row.place.form,
        "state": row.state,
        "counted": counts(row),
        "payable": row.payable,
        "usable": row.usable,
        "excluded_by": _json(row.excluded_by) if row.excluded_by else None,
        "started_at": timestamp(row.started_at),
        "submitted_at": timestamp(row.submitted_at),
        "instrument": row.instrument.sha256,
        "consent": row.consent.sha256,
        "device": row.device or None,
        "browser": row.browser or None,
        "layout": layout,
        "flags": " ".join(flag["flag"] for flag in row.flags) or None,
        "flag_values": _json(row.flags) if row.flags else None,
        "simulated": row.simulated,
    }


def facts(study: Study) -> dict[str, Any]:
    """Return what travels in datapackage.json besides the tables."""
    surveys = list(study.surveys.select_related("instrument"))
    return {
        "format": 1,
        "study": study.slug,
        "title": study.title,
        "simulated": is_simulated(study),
        "seed": study.seed,
        "categories": list(study.categories.values("slug", "title")),
        "methods": [_method(row) for row in study.methods.all()],
        "surveys": {survey.slug: _survey_facts(survey) for survey in surveys},
        "preregistration": _preregistration(surveys),
        "design": {survey.slug: survey.design for survey in surveys},
        "rendition_area_px": study.area_px,
        "rendition_watermark": study.definition.get("renditions", {}).get("watermark"),
        "repeats_excluded": not Posting.objects.filter(survey__study=study, link=Posting.Link.OPEN).exists(),
        "notes": list(study.conditions),
    }


def is_simulated(study: Study) -> bool:
    """Tell whether pictures or participants of a study are simulated."""
    return study.simulated or Assignment.objects.filter(place__survey__study=study, simulated=True).exists()


def _survey_facts(survey: Survey) -> dict[str, Any]:
    asked = survey.instrument.asked
    rating = asked.rating if asked.shows == "pair" else None
    return {
        **(_question(rating) if rating else {"question": None}),
        "questions": [_question(question) for question in asked.questions],
        "title": asked.title,
        "shows": asked.shows,
        "language": asked.language,
        "raters": survey.raters,
        "further_places": further_places(survey).count(),
        "reference": asked.reference or "",
        "instrument": survey.instrument.sha256,
        "state": survey.state,
    }


def _question(asked: Question) -> Row:
    """Return what the facts say of a question: its words, and its scale or what can be chosen."""
    own = {"question": asked.id, "kind": asked.kind, "text": asked.text}
    if isinstance(asked, Choice):
        return own | {"options": {option.id: option.text for option in asked.options}}
    if not isinstance(asked, (Rating, Instructed)):
        return own
    scale = asked.scale
    return own | {"scale_min": scale.min, "scale_max": scale.max, "low": scale.low, "high": scale.high}


def _preregistration(surveys: Iterable[Survey]) -> dict[str, Any]:
    survey = next(iter(surveys), None)
    if survey is None:
        return {}
    fixed: dict[str, Any] = survey.preregistration
    return fixed | {
        "sha256": survey.preregistration_sha256 or None,
        "fixed_at": timestamp(survey.published_at),
    }
