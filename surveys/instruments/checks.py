"""Checks of a survey: pairs and pictures from outside the study, what an attentive person answers, and who passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from surveys.instruments.instrument import Instrument, Said
from surveys.instruments.questions import Choice, Rating
from surveys.instruments.questions.base import Strict

PICTURES = Path(__file__).resolve().parent / "check_pictures"
SHIPPED = {
    "identical": ("dog", "dog"),
    "unrelated": ("tent", "oranges"),
    "instructed": ("crab", "windmill"),
    "practice-identical": ("cottage", "cottage"),
    "practice-unrelated": ("beach", "snowman"),
}
"""The drawn pictures of each shipped check: what stands for the original, and what is shown beside it (or alone)."""

Expected = dict[str, Any]
"""By question: ``[lowest, highest]`` of a rating, or ``{"chosen": [ids]}``."""


class Gold(Strict):
    """A pair or picture of the experimenter's own, whose answer is known within a tolerance."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    original: str | None = Field(default=None, description="The picture that stands for the original, in pairs only")
    shown: str = Field(description="The picture that is rated; a file below the study's folder, no stimulus of it")
    expected: dict[str, tuple[int, int]] = Field(
        min_length=1, description="For each rating that is known: lowest and highest"
    )


class Checks(Strict):
    """What is asked besides the study; none of it is ever counted."""

    attention: tuple[Literal["identical", "unrelated", "instructed"], ...] = Field(
        default=(), description="Drawn pairs that come with the product, at the same positions of every form"
    )
    tolerance: Annotated[int, Field(ge=0, le=4)] = Field(
        default=1, description="How far from the end of the scale an identical or unrelated pair may be rated"
    )
    training: bool = Field(
        default=False, description="Two drawn pairs to practise on, an identical and an unrelated one"
    )
    training_tries: Annotated[int, Field(ge=1, le=10)] = Field(
        default=3, description="How often a practice pair can be answered"
    )
    training_failed: Literal["continue", "screen_out"] = Field(
        default="continue", description="What happens after the last try: go on (and be flagged), or end here"
    )
    repeats: Annotated[int, Field(ge=0, le=20)] = Field(
        default=0, description="Items of the form that come again at its end, for test-retest reliability"
    )
    gold: tuple[Gold, ...] = ()


def problems(checks: Checks, asked: Instrument) -> Iterator[tuple[str, str]]:
    """Yield the key and, in words, each thing in which checks do not fit what is asked."""
    pairs_of_ratings = asked.shows == "pair" and any(isinstance(question, Rating) for question in asked.questions)
    if len(set(checks.attention)) < len(checks.attention):
        yield "attention", "a check is named twice"
    for kind in sorted({"identical", "unrelated"} & set(checks.attention)):
        if not pairs_of_ratings:
            yield "attention", f"{kind} needs pairs that are rated: use instructed"
    if checks.training and not pairs_of_ratings:
        yield "training", "practice needs pairs that are rated: leave it out"
    if "instructed" in checks.attention and not _instructions(asked):
        yield "attention", "instructed needs a rating or a choice among the questions"
    if len({gold.slug for gold in checks.gold}) < len(checks.gold):
        yield "gold", "a slug occurs twice"
    if taken := {gold.slug for gold in checks.gold} & set(SHIPPED):
        yield "gold", f"{min(taken)} is the slug of a check that comes with the product: choose another one"
    for gold in checks.gold:
        yield from ((f"gold ({gold.slug})", words) for words in _gold_problems(gold, asked))


def _gold_problems(gold: Gold, asked: Instrument) -> Iterator[str]:
    if (gold.original is not None) != (asked.shows == "pair"):
        yield "original: name it where pairs are shown, and leave it out where they are not"
    for name, (low, high) in gold.expected.items():
        question = asked.question(name)
        if not isinstance(question, Rating):
            yield f"expected: {name} is no rating of this survey"
        elif not question.scale.min <= low <= high <= question.scale.max:
            scale = question.scale
            yield f"expected: {low} to {high} is not on {name}'s scale from {scale.min} to {scale.max}"


def expected_at_end(asked: Instrument, kind: str, tolerance: int) -> Expected:
    """Return what an identical or unrelated pair is rated: within a tolerance of the scale's end."""
    scales = {question.id: question.scale for question in asked.questions if isinstance(question, Rating)}
    if kind == "identical":
        return {name: [max(scale.min, scale.max - tolerance), scale.max] for name, scale in scales.items()}
    return {name: [scale.min, min(scale.max, scale.min + tolerance)] for name, scale in scales.items()}


def expected_as_instructed(asked: Instrument) -> Expected:
    """Return the answers that an instructed check asks for: low on every scale, or the second option of a choice."""
    return {name: expected for name, (expected, _) in _instructions(asked).items()}


def instructed_words(asked: Instrument) -> tuple[str, str]:
    """Return the kind of what an instructed check asks for (``rating`` or ``choice``) and the number or word."""
    expected, word = next(iter(_instructions(asked).values()))
    return ("choice" if isinstance(expected, dict) else "rating"), word


def _instructions(asked: Instrument) -> dict[str, tuple[Any, str]]:
    ratings = [question for question in asked.questions if isinstance(question, Rating)]
    if ratings:
        value = ratings[0].scale.min + 1
        return {question.id: ([value, value], str(value)) for question in ratings}
    choices = [question for question in asked.questions if isinstance(question, Choice) and question.min <= 1]
    return {one.id: ({"chosen": [one.options[1].id]}, one.options[1].text) for one in choices[:1]}


def misses(expected: Expected, answers: Mapping[str, Said]) -> dict[str, Any]:
    """Return by question what was answered outside of what is expected.

    A question that was skipped, or not answered, is no miss: nothing is known of it.
    """
    given = {name: answers[name].value for name in expected if name in answers and not answers[name].skipped}
    return {name: value for name, value in given.items() if not _fits(expected[name], value)}


def judged(expected: Expected, answers: Mapping[str, Said]) -> bool | None:
    """Tell whether a check was passed; None as long as one of its expected answers is not there, or was skipped."""
    if misses(expected, answers):
        return False
    known = all(name in answers and not answers[name].skipped for name in expected)
    return True if known and expected else None


def _fits(expected: Any, value: Any) -> bool:
    if isinstance(expected, dict):
        return bool(value == expected["chosen"])
    low, high = expected
    return isinstance(value, int) and low <= value <= high
