"""What a participant's page shows: a place's items with their pictures and the answers already given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from surveys.instruments.checks import Checks
from surveys.instruments.instrument import Instrument
from surveys.models import Assignment, PlaceItem, Rendition, Study, Survey
from surveys.selectors import practice

Shown = tuple[int, dict[str, Any], dict[str, Any]]
"""An item of a page: its position, its pictures, and the answers so far by question."""


def picture_url(rendition: Rendition) -> str:
    """Return the address of a picture; it names neither method nor original."""
    return f"/pictures/{rendition.sha256}.webp"


def pair(item: PlaceItem, reference: str | None) -> dict[str, Any]:
    """Return the two sides of an item, the original where the place put it."""
    beside, shown = item.pictures
    if beside is None:
        msg = f"{item.name} has no picture of its original"
        raise ValueError(msg)
    original = _picture(beside, _("Original") if reference == "labelled" else "")
    other = _picture(shown, "")
    left, right = (original, other) if item.side == PlaceItem.Side.LEFT else (other, original)
    return {"left": left, "right": right}


def _picture(rendition: Rendition, label: str) -> dict[str, Any]:
    return {
        "url": picture_url(rendition),
        "label": label,
        "width": rendition.width,
        "height": rendition.height,
        "bytes": rendition.size_bytes,
    }


def shown(item: PlaceItem, asked: Instrument) -> dict[str, Any]:
    """Return the pictures of an item as the instrument shows them."""
    if asked.shows == "pair":
        return pair(item, asked.reference)
    return {"picture": _picture(item.pictures[1], "")}


def place_data(assignment: Assignment) -> dict[str, Any]:
    """Return all that the page of an assignment needs; two queries whatever the number of items."""
    survey = assignment.place.survey
    rows = PlaceItem.objects.filter(place_id=assignment.place_id).select_related(*_pictures_of(survey))
    items = sorted(rows, key=lambda item: item.kind != PlaceItem.Kind.TRAINING)
    given: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for answer in assignment.answers.filter(current=True):
        kept = {"value": answer.value, "skipped": answer.skipped, "reason": answer.reason, "receipt": answer.receipt}
        given[answer.item_id][answer.question] = kept
    asked, tries = assignment.instrument.asked, survey.asked_besides.training_tries
    return page_data(
        study=survey.study,
        asked=asked,
        order=assignment.question_order,
        items=[
            (item.position, shown(item, asked) | practice.besides(item, asked, tries), given[item.pk]) for item in items
        ],
    ) | {"simulated": assignment.simulated, "lease_seconds": settings.LEASE_SECONDS}


def _pictures_of(survey: Survey) -> tuple[str, ...]:
    """Return what leads to the pictures of a survey's items; each that nothing needs would cost a page a tenth."""
    pictures = ["stimulus__rendition", "stimulus__original_rendition"]
    if survey.asked_besides != Checks():
        pictures += ["check_item__rendition", "check_item__original_rendition"]
    if survey.include_originals:
        pictures.append("original__rendition")
    return tuple(pictures)


def page_data(
    *,
    study: Study,
    asked: Instrument,
    items: Iterable[Shown],
    order: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what the page shows of (position, pictures, answers), and the questions in an order or the file's."""
    questions = [asked.question(name) for name in order] or list(asked.questions)
    return {
        "study": study.title,
        "language": asked.language,
        "title": asked.title,
        "shows": asked.shows,
        "seconds_per_item": asked.seconds_per_item,
        "view": list(asked.view or ()),
        "questions": [question.shown() for question in questions if question],
        "items": [{"position": position, **pictures, "answered": answers} for position, pictures, answers in items],
    }
