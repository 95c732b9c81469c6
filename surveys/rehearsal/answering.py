"""What a simulated person answers to a question of any kind: at random, but as told where the page tells."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from surveys.rehearsal.browser import PlayError

Question = Mapping[str, Any]
Value = int | str | list[str] | None
Expected = Mapping[str, Any]
"""By question: ``[lowest, highest]`` of a rating, or ``{"chosen": [ids]}``."""

THINGS = ("boat", "bridge", "chair", "cloud", "dog", "house", "lamp", "person", "table", "tree", "wall", "water")
RELATIONS = ("beside", "in front of", "behind", "on top of", "far away from", "looks at")


def answer(
    question: Question, given: Mapping[str, Value], *, told: str, expected: Expected, chance: random.Random
) -> Value:
    """Answer a question; None skips it, as its rule says after the answers ``given`` to earlier ones.

    Parameters
    ----------
    told
        What the page says besides the questions, such as which number to choose.
    expected
        What an attentive person answers, where that is known.

    Raises
    ------
    PlayError
        The page asks in a way that nobody here has learnt.
    """
    if _skipped(question, given):
        return None
    for known in (expected.get(question["id"]), _told(told, question)):
        if known is not None:
            return list(known["chosen"]) if isinstance(known, dict) else chance.randint(*known)
    if question["kind"] not in _KINDS:
        raise PlayError(f"Nobody here can answer a question of kind {question['kind']!r}.")
    return _KINDS[question["kind"]](question, chance)


def _skipped(question: Question, given: Mapping[str, Value]) -> bool:
    if not (rule := question.get("skip")):
        return False
    words = given.get(rule["question"])
    return isinstance(words, list) and len(words) < rule["fewer_than"]


def _told(words: str, question: Question) -> Any:
    """Find in words what they ask to answer here; None if they say nothing of such a question."""
    if question["kind"] == "choice":
        named = [option["id"] for option in question["options"] if option["text"].casefold() in words.casefold()]
        return {"chosen": named[:1]} if named else None
    if question["kind"] == "rating":
        return _number(words, question)
    return None


def _number(words: str, question: Question) -> list[int] | None:
    low, high = _ends(question)
    numbers = [int(each) for each in re.findall(r"\d+", words) if low <= int(each) <= high]
    return [numbers[0]] * 2 if numbers else None


def _ends(question: Question) -> tuple[int, int]:
    return question["scale"]["min"], question["scale"]["max"]


def _rating(question: Question, chance: random.Random) -> int:
    return chance.randint(*_ends(question))


def _instructed(question: Question, chance: random.Random) -> int:
    """Do what the question itself says."""
    return chance.randint(*(_number(question["text"], question) or _ends(question)))


def _words(question: Question, chance: random.Random) -> list[str]:
    count = chance.randint(question["min"], min(question["max"], len(THINGS)))
    return [word[: question["longest"]] for word in chance.sample(THINGS, count)]


def _text(question: Question, chance: random.Random) -> str:
    return chance.choice(RELATIONS)[: question["longest"]].strip()


def _choice(question: Question, chance: random.Random) -> list[str]:
    options = [str(option["id"]) for option in question["options"]]
    return chance.sample(options, chance.randint(question["min"], question["max"]))


_KINDS: Mapping[str, Callable[[Question, random.Random], Value]] = {
    "rating": _rating, "instructed": _instructed, "words": _words, "text": _text, "choice": _choice,
}  # fmt: skip
