"""What one survey asks, about which pictures, and when an item is answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field, field_validator, model_validator

from surveys.instruments.questions import NoAnswerError, Question, Rating, Text, WordsInOrder
from surveys.instruments.questions.base import Strict

SECONDS_PER_PICTURE = 7
REASONS = ("picture", "upset")
"""Why a person may skip a whole item: a picture did not arrive, or it upsets them."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it stands: its value, or that it was skipped, and the person's reason where it was not asked for."""

    value: Any
    skipped: bool = False
    reason: str = ""


class Instrument(Strict):
    """The wording, scales and options of one survey.

    ``shows`` says whether a stimulus stands beside its original or alone, ``families`` of which methods; ``reference``
    whether a pair's original is named as such; ``view`` how pictures may be looked at more closely, if at all.
    """

    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    version: Annotated[str, Field(min_length=1, max_length=40)] = "1"
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    title: Annotated[str, Field(min_length=1, max_length=200)]
    reference: Literal["labelled", "unlabelled"] | None = None
    shows: Literal["pair", "stimulus"] = "pair"
    families: Annotated[tuple[Literal["textual", "classical"], ...], Field(min_length=1)] | None = None
    questions_order: Literal["fixed", "random"] | None = None
    view: tuple[Literal["zoom", "flicker"], ...] | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _whole(self) -> Instrument:
        if (self.shows == "pair") != (self.reference is not None):
            msg = "reference: say labelled or unlabelled where pairs are shown, and leave it out where they are not"
            raise ValueError(msg)
        if len({question.id for question in self.questions}) < len(self.questions):
            msg = "questions: an id occurs twice"
            raise ValueError(msg)
        self._check_view()
        for number, question in enumerate(self.questions):
            self._check_skip(number, question)
        return self

    @field_validator("view")
    @classmethod
    def _none_when_empty(cls, view: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return view or None

    def _check_view(self) -> None:
        view = self.view or ()
        if len(set(view)) < len(view):
            msg = "view: name each only once"
            raise ValueError(msg)
        if "flicker" in view and self.shows != "pair":
            msg = "view: flicker needs two pictures, so leave it out where one is shown"
            raise ValueError(msg)

    def _check_skip(self, number: int, question: Question) -> None:
        if not isinstance(question, Text) or question.skip is None:
            return
        before = [one.id for one in self.questions[:number] if isinstance(one, WordsInOrder)]
        if question.skip.question not in before:
            msg = f"questions: {question.id} is skipped by {question.skip.question!r}, no list of words before it"
            raise ValueError(msg)
        if self.questions_order == "random":
            msg = f"questions_order: {question.id} depends on a question before it, so their order must be fixed"
            raise ValueError(msg)

    def content(self) -> dict[str, Any]:
        """Return the instrument as plain data, as it is hashed and stored."""
        return self.model_dump(mode="json", exclude_none=True)

    def sha256(self) -> str:
        """Return the hash by which every answer names what was asked."""
        return content_hash(self.content())

    @property
    def rating(self) -> Rating | None:
        """The one rating that is all this instrument asks; None when it asks anything else."""
        only = self.questions[0] if len(self.questions) == 1 else None
        return only if isinstance(only, Rating) else None

    @property
    def seconds_per_item(self) -> int:
        """About how long a person takes for one picture or pair."""
        return SECONDS_PER_PICTURE + sum(question.SECONDS for question in self.questions)

    def asked_of(self, family: str) -> bool:
        """Tell whether stimuli of a family are shown."""
        return self.families is None or family in self.families

    def question(self, name: str) -> Question | None:
        """Return a question by its id."""
        return next((question for question in self.questions if question.id == name), None)

    def read(self, name: str, said: Said) -> Said:
        """Return an answer as it would be kept, whether or not this question may be skipped here.

        Raises
        ------
        NoAnswerError
            There is no such question, or this does not answer it.
        """
        question = self.question(name)
        if question is None:
            raise NoAnswerError("This question is not asked here.")
        if said.skipped and said.value is not None:
            raise NoAnswerError("What is skipped has no value.")
        if said.reason and (said.reason not in REASONS or not said.skipped):
            raise NoAnswerError(f"A reason is one of {', '.join(REASONS)}, and only for what is skipped.")
        return said if said.skipped else Said(question.check(said.value))

    def check(self, name: str, said: Said, others: Mapping[str, Said]) -> Said:
        """Return an answer as it is kept.

        Parameters
        ----------
        name
            The question's id.
        said
            What was given.
        others
            The answers to the same item's other questions, by id.

        Raises
        ------
        NoAnswerError
            As for `read`, or it can't be skipped after these other answers.
        """
        kept = self.read(name, said)
        if kept.skipped and not kept.reason and not _may_skip(self.question(name), others):
            raise NoAnswerError(_("This one can't be skipped: please answer it."))
        return kept

    def complete(self, answers: Mapping[str, Said]) -> bool:
        """Tell whether an item has an answer to every question, each skipped exactly where there is nothing to ask.

        An item is complete, too, when every question was skipped for the same reason.
        """
        if any(question.id not in answers for question in self.questions):
            return False
        reasons = {answers[question.id].reason for question in self.questions}
        if reasons != {""}:
            return len(reasons) == 1
        return all(answers[question.id].skipped == _may_skip(question, answers) for question in self.questions)


def _may_skip(question: Question | None, others: Mapping[str, Said]) -> bool:
    if not isinstance(question, Text) or question.skip is None:
        return False
    named = others.get(question.skip.question)
    return named is not None and not named.skipped and len(named.value) < question.skip.fewer_than


def content_hash(content: Any) -> str:
    """Hash plain data by its canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
