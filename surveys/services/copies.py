"""Texts that two participants have in common, word for word, about several pictures.

People who look at the same picture often use the same few words for it, so neither a word nor a list of things is a
copy. Compared is all that was written of a picture, in order; and only when that is the same for several pictures, each
time in enough characters, is it worth a remark.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q

from surveys.instruments.instrument import Instrument
from surveys.instruments.questions import Text, WordsInOrder
from surveys.models import Answer, Assignment, PlaceItem
from surveys.participant_tables import FlagsDefinition

Shown = tuple[int | None, int | None]  # stimulus, or original alone
Written = dict[Shown, tuple[str, ...]]
_KINDS = (PlaceItem.Kind.STUDY, PlaceItem.Kind.ORIGINAL)
_NO_LETTER = re.compile(r"[\W_]+")


def text_questions(asked: Instrument) -> list[str]:
    """Return the questions that are answered in a person's own words, in their order."""
    return [question.id for question in asked.questions if isinstance(question, (Text, WordsInOrder))]


def flags(
    assignment: Assignment, answers: Sequence[Answer], asked: Instrument, limits: FlagsDefinition
) -> Iterator[dict[str, Any]]:
    """Yield a flag when participants who finished before wrote the same of several pictures."""
    questions = text_questions(asked)
    own = [
        ((row.item.stimulus_id, row.item.original_id), row.question, row.value)
        for row in answers
        if row.question in questions and row.item.kind in _KINDS
    ]
    mine = _long_enough(_written(own, questions), limits.copied_characters)
    if len(mine) < limits.copied_pictures:
        return
    same: dict[str, int] = {}
    for code, theirs in _others(assignment, questions, mine).items():
        pictures = sum(theirs.get(shown) == words for shown, words in mine.items())
        if pictures >= limits.copied_pictures:
            same[code] = pictures
    if same:
        most = max(same.values())
        codes = sorted(same, key=lambda code: (-same[code], code))
        yield {"flag": "copied", "limit": limits.copied_pictures, "pictures": most, "assignments": codes}


def _others(assignment: Assignment, questions: list[str], mine: Written) -> Mapping[str, Written]:
    """Return what others wrote of the same pictures, by assignment; only those who finished before are looked at."""
    stimuli, originals = ({shown[n] for shown in mine} - {None} for n in (0, 1))
    rows = Answer.objects.filter(
        Q(item__stimulus__in=stimuli) | Q(item__original__in=originals),
        assignment__place__survey=assignment.place.survey_id,
        assignment__state=Assignment.State.SUBMITTED,
        current=True,
        question__in=questions,
        item__kind__in=_KINDS,
    ).exclude(assignment__participant=assignment.participant_id)
    found: defaultdict[str, list[tuple[Shown, str, Any]]] = defaultdict(list)
    fields = ("assignment__code", "item__stimulus", "item__original", "question", "value")
    for code, stimulus, original, question, value in rows.values_list(*fields):
        found[code].append(((stimulus, original), question, value))
    return {code: _written(texts, questions) for code, texts in found.items()}


def _written(texts: Iterable[tuple[Shown, str, Any]], questions: list[str]) -> Written:
    """Put together all that was written of each picture: plain words, in the questions' order."""
    said: defaultdict[Shown, dict[str, list[str]]] = defaultdict(dict)
    for shown, question, value in texts:
        parts = value if isinstance(value, list) else [value]
        said[shown][question] = [_plain(part) for part in parts if part]
    return {shown: tuple(_in_order(by_question, questions)) for shown, by_question in said.items()}


def _in_order(by_question: Mapping[str, list[str]], questions: list[str]) -> Iterator[str]:
    for name in questions:
        yield from by_question.get(name, ())
        yield ""  # so that the end of one answer is not the beginning of the next


def _plain(text: str) -> str:
    return _NO_LETTER.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _long_enough(written: Written, characters: int) -> Written:
    return {shown: words for shown, words in written.items() if len("".join(words)) >= characters}
