"""A simulated participant before a question of any kind: what they answer, from the pictures they fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from examples.drawn_scenes.moods import speaks_for
from examples.drawn_scenes.participants import SimulatedParticipant
from examples.drawn_scenes.scenes import Thing
from examples.drawn_scenes.seeing import name, noticed, relation
from examples.drawn_scenes.sharing import Sight

Question = Mapping[str, Any]
Value = int | str | list[str] | None
SURE = 0.35  # an adjective is chosen when it speaks this loud
FEELING = 0.3  # how far participants differ in what they feel
CAPITALS = 0.2  # share of participants who begin with a capital letter
SECONDS = {"rating": 3.5, "instructed": 2.5, "words": 14.0, "text": 8.0, "choice": 6.0}
ANYTHING = ("picture", "colors", "things", "art", "nature", "object")


class UnknownQuestionError(Exception):
    """The page asks in a way that this participant has not learnt."""


@dataclass(frozen=True)
class Respondent:
    """A participant who looks at one picture or two, known by the sha256 of their bytes."""

    participant: SimulatedParticipant
    pictures: tuple[str, ...]
    told: str = ""
    """What the page says besides the questions: an instruction, or feedback on the last try of a practice pair."""
    time: int = 1
    """How often this participant has seen these pictures in this form, this time included."""

    def answer(self, question: Question, given: Mapping[str, Value]) -> Value:
        """Answer a question; None skips it, as its rule allows after the answers ``given`` to earlier ones."""
        if _skipped(question, given):
            return None
        if self.told and self._reads and (obeyed := _as_told(self.told, question)) is not None:
            return obeyed
        kinds: dict[str, Callable[[Question], Value]] = {
            "rating": self._rate, "instructed": self._obey, "words": self._name, "text": self._relate,
            "choice": self._choose,
        }  # fmt: skip
        if question["kind"] not in kinds:
            raise UnknownQuestionError(
                f"Question {question['id']!r} is of kind {question['kind']!r}: no participant here can answer that"
            )
        return kinds[question["kind"]](question)

    def seconds(self, questions: Sequence[Question]) -> float:
        """How long after the pictures appeared the last of these questions is answered."""
        looking = self.participant.seconds(*self.pictures)  # which is how long the first rating takes
        later = [question for n, question in enumerate(questions) if n or question["kind"] != "rating"]
        return round(looking + sum(SECONDS[question["kind"]] * self._pace(question) for question in later), 1)

    def _pace(self, question: Question) -> float:
        return float(np.exp(self._rng("seconds", question["id"]).normal(0, 0.4))) * (1 if self._reads else 0.25)

    @property
    def _reads(self) -> bool:
        return self.participant.care == "attentive"

    @property
    def _sight(self) -> Sight:
        return self.participant.world.sight(self.pictures[0])

    def _rng(self, *about: str) -> np.random.Generator:
        again = [f"time {self.time}"] if self.time > 1 else []
        return self.participant.rng(*about, *again, *sorted(self.pictures))

    def _rate(self, question: Question) -> int:
        left, right = self.pictures if len(self.pictures) > 1 else self.pictures * 2
        return self.participant.rate(left, right, question["id"], *_ends(question), self.time)

    def _obey(self, question: Question) -> int:
        """Do what the question says, if this one reads it."""
        low, high = _ends(question)
        if self._reads and (told := _number(question["text"], low, high)) is not None:
            return told
        return int(self._rng("instructed", question["id"]).integers(low, high + 1))

    def _named(self) -> list[tuple[Thing, str]]:
        """The things that stand out, in this one's words; what would be said twice is said once."""
        rng = self._rng("things")
        said: dict[str, tuple[Thing, str]] = {}
        for thing in noticed(self._sight, rng):
            word = name(thing, rng)
            said.setdefault(word.casefold(), (thing, word))
        return list(said.values())

    def _name(self, question: Question) -> list[str]:
        words = [word for _, word in self._named()] if self._reads else []
        least, others = max(len(words), question["min"]), self._rng("anything").permutation(ANYTHING)
        said = {word.casefold(): word for word in (self._written(str(w), question) for w in (*words, *others))}
        return list(said.values())[: min(least, question["max"])]

    def _relate(self, question: Question) -> str:
        named = self._named()
        if not self._reads:
            return self._written("together", question)
        if len(named) < 2:
            return self._written("on its own", question)
        return self._written(relation(named[0][0], named[1][0], self._sight, self._rng("relation")), question)

    def _choose(self, question: Question) -> list[str]:
        """The adjectives that speak loudest to this one; the least that is asked for in any case."""
        rng, options = self._rng("feeling"), [str(option["id"]) for option in question["options"]]
        if not self._reads:
            return [str(option) for option in rng.choice(options, question["min"], replace=False)]
        felt = {option: speaks_for(option, self._sight.scene) + FEELING * rng.normal() for option in options}
        loudest = sorted(options, key=lambda option: -felt[option])[: question["max"]]
        return [option for n, option in enumerate(loudest) if n < question["min"] or felt[option] >= SURE]

    def _written(self, words: str, question: Question) -> str:
        """Words as this one types them."""
        capitals = self.participant.rng("capitals").random() < CAPITALS
        return (words[:1].upper() + words[1:] if capitals else words)[: question["longest"]].strip()


def _as_told(words: str, question: Question) -> int | list[str] | None:
    """Find in words what they ask to answer here; None if they say nothing of such a question."""
    if question["kind"] == "rating":
        return _number(words, *_ends(question))
    quoted = {quote.casefold() for quote in re.findall("“(.+?)”", words)}
    options = [option for option in question.get("options", ()) if option.get("text", "").casefold() in quoted]
    return [str(option["id"]) for option in options] or None


def _number(words: str, low: int, high: int) -> int | None:
    return next((int(number) for number in re.findall(r"\d+", words) if low <= int(number) <= high), None)


def _ends(question: Question) -> tuple[int, int]:
    return question["scale"]["min"], question["scale"]["max"]


def _skipped(question: Question, given: Mapping[str, Value]) -> bool:
    rule = question.get("skip")
    if not rule:
        return False
    words = given.get(rule["question"])
    return isinstance(words, list) and len(words) < rule["fewer_than"]
