"""A study's numbers and figures as they stand now, kept until an answer changes them."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max

from analysis import figures
from analysis.figures.words import TITLES
from analysis.results import compute
from analysis.tables import from_rows
from surveys.instruments.loader import content_hash
from surveys.models import Answer, Assignment, Stimulus, Study
from surveys.selectors import tables
from surveys.selectors.snapshot import snapshot

MEDIA_TYPES = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}


def _state(study: Study) -> str:
    """Return a text that changes whenever a number could."""
    answers = Answer.objects.filter(assignment__place__survey__study=study).aggregate(n=Count("pk"), last=Max("pk"))
    assignments = Assignment.objects.filter(place__survey__study=study).order_by("state", "holds_place", "usable")
    states = list(assignments.values_list("state", "holds_place", "usable").annotate(n=Count("pk")))
    stimuli = Stimulus.objects.filter(original__study=study).aggregate(n=Count("pk"), last=Max("pk"))
    parts = (study.definition_sha256, tables.facts(study), answers, states, stimuli)
    return f"{study.pk}-{content_hash(parts)}"


def numbers(study: Study) -> dict[str, Any]:
    """Return what the report's numbers.json would hold, from the database as it is; no comparison of methods."""
    with snapshot():
        key = f"numbers-{_state(study)}"
        found: dict[str, Any] | None = cache.get(key)
        if found is not None:
            return found
        counted, _ = tables.all_responses(study)
        rows = {"stimuli": tables.stimuli(study), "responses": counted, "assignments": tables.assignments(study)}
        facts = tables.facts(study)
    found = compute(from_rows(rows, facts), inferring=False)
    cache.set(key, found, 3600)
    return found


def figure(study: Study, name: str, fmt: str) -> bytes:
    """Return one of the report's figures as a file."""
    key = f"figure-{name}-{fmt}-{_state(study)}"
    found: bytes | None = cache.get(key)
    if found is None:
        found = figures.render(name, numbers(study), fmt)
        cache.set(key, found, 3600)
    return found


def figure_names(study: Study) -> list[str]:
    """Return the figures that can be drawn of a study as it stands."""
    return list(figures.available(numbers(study)))


def figure_words(numbers: dict[str, Any]) -> list[dict[str, str]]:
    """Return name, title, caption and alternative text of every figure that the page has no better table for."""
    names = [name for name in figures.available(numbers) if name != "table1"]
    return [
        {
            "name": name,
            "title": TITLES[name],
            "caption": figures.caption(name, numbers),
            "alternative": figures.alternative(name, numbers),
        }
        for name in names
    ]


def figure_with_own(study: Study, own: list[dict[str, Any]]) -> bytes | None:
    """Return the rate–satisfaction figure with a visitor's own ratings over it; None while nobody has answered."""
    found = numbers(study)
    return figures.render("fig3", found, "svg", own=own) if found["drawn"]["points"] else None
