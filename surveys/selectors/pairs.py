"""What a participant's page shows: a place's items with their pictures and the answers already given."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from surveys.models import Assignment, PlaceItem, Rendition


def picture_url(rendition: Rendition) -> str:
    """Return the address of a picture; it names neither method nor original."""
    return f"/pictures/{rendition.sha256}.webp"


def pair(item: PlaceItem, reference: str) -> dict[str, Any]:
    """Return the two sides of an item, the original where the place put it."""
    stimulus = item.stimulus
    if stimulus.rendition is None or stimulus.original_rendition is None:
        msg = f"{stimulus.name} has no rendition"
        raise ValueError(msg)
    original = _picture(stimulus.original_rendition, "Original" if reference == "labelled" else "")
    other = _picture(stimulus.rendition, "")
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


def place_data(assignment: Assignment) -> dict[str, Any]:
    """Return all that the page of an assignment needs; five queries whatever the number of items."""
    content = assignment.instrument.content
    question = content["questions"][0]
    items = PlaceItem.objects.filter(place_id=assignment.place_id).select_related(
        "stimulus__rendition", "stimulus__original_rendition"
    )
    given = {answer.item_id: answer for answer in assignment.answers.filter(current=True)}
    return {
        "study": assignment.place.survey.study.title,
        "language": content["language"],
        "simulated": assignment.simulated,
        "question": {name: question[name] for name in ("id", "text", "notes", "examples")},
        "scale": question["scale"],
        "items": [
            {
                "position": item.position,
                **pair(item, content["reference"]),
                "answered": _answered(given[item.pk]) if item.pk in given else None,
            }
            for item in items
        ],
        "lease_seconds": settings.LEASE_SECONDS,
    }


def _answered(answer: Any) -> dict[str, Any]:
    return {"value": answer.value, "receipt": answer.receipt}
