"""How far a survey is: its places, its assignments, and how often each stimulus has been answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from surveys.models import Answer, Assignment, Place, PlaceItem, Posting, Stimulus, Survey
from surveys.selectors.counted import COUNTED
from surveys.selectors.precision import goal_of
from surveys.selectors.prices import Wages, wages_of

MOST_CELLS = 600


@dataclass(frozen=True)
class Block:
    """A block's places as states in order, and how many are filled."""

    number: int
    states: tuple[str, ...]

    @property
    def filled(self) -> int:
        return self.states.count(Place.State.FILLED)


@dataclass(frozen=True)
class Skipped:
    """A stimulus that people skipped, and how many of them for which reason."""

    stimulus: str
    picture: int
    upset: int


@dataclass(frozen=True)
class Progress:
    """What the page that watches a survey shows."""

    survey: Survey
    blocks: tuple[Block, ...]
    places: dict[str, int]
    assignments: dict[str, int]
    shown_times: int
    further_places: int
    has_goal: bool
    fewest: int
    most: int
    answers: int
    last_answer: datetime | None
    per_hour: int
    invitations: int
    used_invitations: int
    skipped: tuple[Skipped, ...]
    open_link: bool
    simulated: bool
    wages: Wages | None

    @property
    def total(self) -> int:
        return sum(self.places.values())

    @property
    def filled(self) -> int:
        return self.places["filled"]

    @property
    def upset(self) -> int:
        return sum(row.upset for row in self.skipped)

    @property
    def not_arrived(self) -> int:
        return sum(row.picture for row in self.skipped)

    @property
    def show_cells(self) -> bool:
        return self.total <= MOST_CELLS


def progress(survey: Survey) -> Progress:
    """Count a survey's places, assignments and answers; seven to nine queries whatever their number.

    The survey comes with its study and its instrument.
    """
    blocks = _blocks(survey)
    per_stimulus = _counted_per_stimulus(survey)
    answers = Answer.objects.filter(assignment__place__survey=survey, current=True)
    postings = list(survey.postings.annotate(made=Count("invitations"), used=Count("invitations__assignment")))
    an_hour_ago = timezone.now() - timedelta(hours=1)
    seen = answers.aggregate(n=Count("pk"), last=Max("answered_at"), hour=Count("pk", Q(answered_at__gt=an_hour_ago)))
    return Progress(
        survey=survey,
        blocks=blocks,
        places=_in_words(Place.State, Counter(state for block in blocks for state in block.states)),
        assignments=_assignments(survey),
        shown_times=survey.raters * len(survey.instrument.asked.questions),
        further_places=sum(len(block.states) for block in blocks if block.number > survey.raters),
        has_goal=goal_of(survey) is not None,
        fewest=min(per_stimulus, default=0),
        most=max(per_stimulus, default=0),
        answers=seen["n"],
        last_answer=seen["last"],
        per_hour=seen["hour"],
        invitations=sum(posting.made for posting in postings),
        used_invitations=sum(posting.used for posting in postings),
        skipped=_skipped(answers),
        open_link=any(posting.link == Posting.Link.OPEN for posting in postings),
        simulated=survey.study.simulated or any(posting.simulated for posting in postings),
        wages=wages_of(survey),
    )


def _blocks(survey: Survey) -> tuple[Block, ...]:
    rows = survey.places.order_by("block", "number").values_list("block", "state")
    return tuple(
        Block(number, tuple(state for _, state in places)) for number, places in groupby(rows, key=lambda row: row[0])
    )


def _in_words(states: Any, counts: Counter[str]) -> dict[str, int]:
    return {str(value): counts[value] for value in states.values}


def _assignments(survey: Survey) -> dict[str, int]:
    """Count assignments by what became of them; surplus = submitted after the place had passed on.

    ``excluded`` = submitted, and not usable by a rule.
    """
    counts: Counter[str] = Counter()
    rows = Assignment.objects.filter(place__survey=survey).values_list("state", "holds_place", "usable")
    for state, holds_place, usable, number in rows.annotate(n=Count("pk")):
        submitted = state == Assignment.State.SUBMITTED
        late = "surplus" if submitted and not holds_place else state
        counts["excluded" if submitted and usable is False else late] += number
    return _in_words(Assignment.State, counts) | {name: counts[name] for name in ("surplus", "excluded")}


def _skipped(answers: QuerySet[Answer]) -> tuple[Skipped, ...]:
    """Return the stimuli that people skipped, the most upsetting first; checks and practice are left out."""
    rows = answers.exclude(reason="").filter(item__stimulus__isnull=False).values_list("item__stimulus", "reason")
    counts = {(pk, reason): n for pk, reason, n in rows.annotate(n=Count("assignment", distinct=True))}
    stimuli = Stimulus.objects.select_related("original", "method").in_bulk({pk for pk, _ in counts})
    found = (
        Skipped(row.name, picture=counts.get((pk, "picture"), 0), upset=counts.get((pk, "upset"), 0))
        for pk, row in stimuli.items()
    )
    return tuple(sorted(found, key=lambda row: (-row.upset, -row.picture, row.stimulus)))


def _counted_per_stimulus(survey: Survey) -> list[int]:
    """Return for each planned stimulus how many of its answers count."""
    items = PlaceItem.objects.filter(place__survey=survey, kind=PlaceItem.Kind.STUDY)
    planned = items.values_list("stimulus", flat=True).distinct()
    counted = Answer.objects.filter(COUNTED, assignment__place__survey=survey)
    found = dict(counted.values_list("item__stimulus").annotate(n=Count("pk")))
    return [found.get(pk, 0) for pk in planned.order_by("stimulus")]
