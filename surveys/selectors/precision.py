"""How sure the median of each stimulus is, and which of them need more ratings by the pre-registered goal."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from analysis import medians
from surveys.instruments.questions import Rating
from surveys.models import Answer, Place, PlaceItem, Stimulus, Survey
from surveys.selectors.counted import COUNTED

FEWEST = 6
"""Ratings below which there is no 95 % interval of a median that holds whatever the distribution: 1 - 2 / 2⁵ < 0.95."""


@dataclass(frozen=True)
class Goal:
    """What the pre-registration says of intervals: how wide at most, and when to stop all the same."""

    width: float
    raters_at_most: int


@dataclass(frozen=True)
class Precision:
    """A stimulus's ratings that count, for the question whose interval is widest.

    `low`, `high` and `width` (95 %, exact bootstrap of the median, scale points) are None with fewer than six ratings.
    `more` is about how many further ratings bring the width to the goal, as widths shrink with the root of their
    number; 0 where it is reached, or where the limit is.
    """

    stimulus: Stimulus
    question: str
    ratings: int
    median: float | None
    low: float | None
    high: float | None
    more: int
    reached: bool

    @property
    def width(self) -> float | None:
        """Width of the interval."""
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def name(self) -> str:
        """What tables call the stimulus."""
        return self.stimulus.name


def goal_of(survey: Survey) -> Goal | None:
    """Return what the pre-registration says of intervals; None where it says nothing."""
    width, most = (survey.preregistration.get(name) for name in ("interval_goal", "raters_at_most"))
    return None if width is None or most is None else Goal(width, most)


def further_places(survey: Survey) -> QuerySet[Place]:
    """Return the places that were planned after publishing."""
    return survey.places.filter(block__gt=survey.raters)


def precision(survey: Survey, goal: Goal) -> list[Precision]:
    """Return the precision of every stimulus of a survey that asks for ratings, the widest intervals first."""
    questions = {asked.id: asked for asked in survey.instrument.asked.questions if isinstance(asked, Rating)}
    items = PlaceItem.objects.filter(place__survey=survey, kind=PlaceItem.Kind.STUDY, stimulus__isnull=False)
    shown = Stimulus.objects.filter(pk__in=items.values("stimulus")).select_related("original", "method")
    rows = Answer.objects.filter(COUNTED, assignment__place__survey=survey, question__in=questions, skipped=False)
    counts: defaultdict[int, defaultdict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for stimulus, question, value in rows.values_list("item__stimulus", "question", "value"):
        counts[stimulus][question][int(value or 0)] += 1
    found = [
        max((_one(row, asked, counts[row.pk][name], goal) for name, asked in questions.items()), key=_wide)
        for row in shown.order_by("original__position", "method__position")
        if questions
    ]
    return sorted(found, key=_wide, reverse=True)


def _wide(row: Precision) -> float:
    return math.inf if row.width is None else row.width


def _one(stimulus: Stimulus, asked: Rating, counts: Counter[int], goal: Goal) -> Precision:
    n, scale = counts.total(), asked.scale
    if n == 0:
        return Precision(stimulus, asked.id, 0, None, None, None, _more(0, None, goal), reached=False)
    table = np.array([[counts[value] for value in range(scale.min, scale.max + 1)]])
    median = float(medians.midpoint(table)[0]) + scale.min
    if n < FEWEST:
        return Precision(stimulus, asked.id, n, median, None, None, _more(n, None, goal), reached=False)
    low, high = (float(end[0]) / 2 + scale.min for end in medians.interval(medians.bootstrap(table)))
    reached = high - low <= goal.width
    return Precision(
        stimulus, asked.id, n, median, low, high, 0 if reached else _more(n, high - low, goal), reached=reached
    )


def _more(n: int, width: float | None, goal: Goal) -> int:
    wanted = FEWEST if width is None else math.ceil(n * (width / goal.width) ** 2)
    return max(0, min(max(wanted, n + 1), goal.raters_at_most) - n)
