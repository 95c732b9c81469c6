"""Flags of a finished assignment: remarks with the values that raised them. They decide nothing.

Unlike the rules of `verdicts`, flags may look at ratings and texts. So nobody is replaced, left unpaid or left out of a
count because of one: they are for the report's sensitivity analysis, and for an experimenter's eyes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from surveys.instruments import checks
from surveys.instruments.instrument import Instrument
from surveys.instruments.questions import Rating
from surveys.models import Answer, Assignment, PlaceItem
from surveys.participant_tables import FlagsDefinition
from surveys.services import copies
from surveys.services.verdicts import seconds_by_item

Flag = dict[str, Any]
NAMES = (
    "too_fast", "straight_line", "attention", "gold", "practice",
    "repeats", "pasted", "typing", "copied", "parallel_tabs",
)  # fmt: skip
"""What can be remarked, in the order of the tables."""
TENTH = 0.1  # of the time that the plan reckons with for an item


def of(assignment: Assignment, answers: Sequence[Answer]) -> list[Flag]:
    """Return what is remarkable about a finishing assignment; nothing is saved.

    ``answers`` are its current ones in order. Texts are compared with those of participants who finished before: of
    two who wrote the same, the later one carries the flag, and it names the earlier one. Which of them wrote it first
    is not known.
    """
    limits = FlagsDefinition.model_validate(assignment.place.survey.study.definition.get("flags", {}))
    asked = assignment.instrument.asked
    study = [row for row in answers if row.item.kind == PlaceItem.Kind.STUDY]
    return [
        *_too_fast([row for row in answers if row.item.kind != PlaceItem.Kind.TRAINING], asked, limits),
        *_straight_line(study, asked, assignment.question_order, limits),
        *_missed(answers, PlaceItem.Kind.ATTENTION, "attention"),
        *_missed(answers, PlaceItem.Kind.GOLD, "gold"),
        *_missed(answers, PlaceItem.Kind.TRAINING, "practice"),
        *_repeats(study, [row for row in answers if row.item.kind == PlaceItem.Kind.REPEAT], asked, limits),
        *_written([row for row in answers if row.question in copies.text_questions(asked)], limits),
        *copies.flags(assignment, answers, asked, limits),
        *_parallel_tabs(answers),
    ]


def _too_fast(answers: Sequence[Answer], asked: Instrument, limits: FlagsDefinition) -> Iterator[Flag]:
    floor = limits.too_fast_seconds_per_item or round(TENTH * asked.seconds_per_item, 2)
    seconds = seconds_by_item(answers)
    fast = sum(each < floor for each in seconds.values())
    if fast and fast >= limits.too_fast_share * len(seconds):
        fastest = round(min(seconds.values()), 2)
        share = limits.too_fast_share
        yield _flag("too_fast", limit=floor, share=share, too_fast=fast, timed=len(seconds), fastest=fastest)


def _straight_line(
    study: Sequence[Answer], asked: Instrument, order: Sequence[str], limits: FlagsDefinition
) -> Iterator[Flag]:
    """Look at the ratings in the order in which they were asked."""
    names = [question.id for question in asked.questions if isinstance(question, Rating)]
    names.sort(key=lambda name: order.index(name) if name in order else -1)
    rated = [row for row in study if row.question in names and not row.skipped]
    rated.sort(key=lambda row: (row.item.position, names.index(row.question)))
    runs = [(len(list(rows)), value) for value, rows in groupby(row.value for row in rated)]
    if not runs:
        return
    longest, value = max(runs, key=lambda run: run[0])
    share = longest / len(rated)
    if longest >= limits.straight_line_ratings and share >= limits.straight_line_share:
        yield _flag("straight_line", value=value, run=longest, ratings=len(rated), share=round(share, 3))


def _missed(answers: Sequence[Answer], kind: str, name: str) -> Iterator[Flag]:
    """Name the checks of a kind that were answered otherwise than expected; of a rating, by how much."""
    missed = []
    for row in answers:
        check = row.item.check_item
        if row.item.kind != kind or check is None or row.question not in check.expected:
            continue
        if checks.misses(check.expected, {row.question: row.said}):
            expected = check.expected[row.question]
            how = {"check": check.slug, "position": row.item.position, "question": row.question}
            missed.append(how | {"expected": expected, "said": row.value} | _distance(expected, row.value))
    if missed:
        yield _flag(name, missed=missed)


def _distance(expected: Any, value: Any) -> dict[str, int]:
    if isinstance(expected, dict):
        return {}
    low, high = expected
    return {"distance": max(low - value, value - high)}


def _repeats(
    study: Sequence[Answer], again: Sequence[Answer], asked: Instrument, limits: FlagsDefinition
) -> Iterator[Flag]:
    """Compare what was rated again with the first rating; several questions count by their scales' ranges."""
    ranges = {one.id: one.scale.max - one.scale.min for one in asked.questions if isinstance(one, Rating)}
    first = {(row.item.stimulus_id, row.question): row for row in study if not row.skipped}
    points, shares = [], []
    for row in again:
        before = first.get((row.item.stimulus_id, row.question))
        if row.question in ranges and before and not row.skipped:
            points.append(abs(int(row.value or 0) - int(before.value or 0)))
            shares.append(points[-1] / ranges[row.question])
    if points and sum(shares) / len(shares) >= limits.repeats_difference:
        yield _flag(
            "repeats",
            limit=limits.repeats_difference,
            pairs=len(points),
            mean_difference=round(sum(points) / len(points), 3),
            share_of_scale=round(sum(shares) / len(shares), 3),
        )


def _written(texts: Sequence[Answer], limits: FlagsDefinition) -> Iterator[Flag]:
    """Look at how texts came about, where the page told; without logged behaviour there is nothing to look at."""
    known = [row.display for row in texts if "typed_chars" in row.display]
    typed = sum(row["typed_chars"] for row in known)
    pasted = sum(row.get("pasted_chars", 0) for row in known)
    if pasted >= limits.fewest_characters and pasted >= limits.pasted_share * (typed + pasted):
        share = round(pasted / (typed + pasted), 3)
        yield _flag("pasted", limit=limits.pasted_share, pasted_chars=pasted, typed_chars=typed, share=share)
    timed = [row for row in known if row.get("typing_ms")]
    characters, seconds = sum(row["typed_chars"] for row in timed), sum(row["typing_ms"] for row in timed) / 1000
    if characters >= limits.fewest_characters and characters > limits.typed_per_second * seconds:
        speed = round(characters / seconds, 1)
        yield _flag("typing", limit=limits.typed_per_second, typed_chars=characters, seconds=seconds, per_second=speed)


def _parallel_tabs(answers: Sequence[Answer]) -> Iterator[Flag]:
    tabs = {row.item_id: row.display["other_tabs"] for row in answers if row.display.get("other_tabs")}
    if tabs:
        yield _flag("parallel_tabs", items=len(tabs), other_tabs=max(tabs.values()))


def _flag(name: str, **values: Any) -> Flag:
    return {"flag": name, **values}
