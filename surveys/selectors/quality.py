"""What rules exclude among those who finished a survey, and what other rules would: nothing is written here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from surveys.models import Answer, Assignment, PlaceItem, Survey
from surveys.services import verdicts

NO_RULES = ("too_fast_share",)  # only says how another rule is meant


@dataclass(frozen=True)
class Effect:
    """What one rule does: assignments it hits, those that no other rule hits, and their answers to stimuli."""

    rule: str
    limit: Any
    hit: int
    alone: int
    answers: int


@dataclass(frozen=True)
class MethodEffect:
    """The answers about a method's stimuli, and how many of them are by those who are excluded."""

    title: str
    answers: int
    lost: int

    @property
    def share(self) -> float:
        """Share of the answers that is lost."""
        return self.lost / self.answers if self.answers else 0.0


@dataclass(frozen=True)
class Excluded:
    """What a set of rules excludes among all who finished; answers are those to stimuli of the study."""

    rules: Mapping[str, Any]
    finished: int
    excluded: int
    answers: int
    lost: int
    effects: tuple[Effect, ...]
    methods: tuple[MethodEffect, ...]

    @property
    def share(self) -> float:
        """Share of those who finished that is excluded."""
        return self.excluded / self.finished if self.finished else 0.0


@dataclass(frozen=True)
class _Finished:
    assignment: Assignment
    answers: tuple[Answer, ...]

    @property
    def by_method(self) -> Counter[str]:
        """Answers to stimuli, by method."""
        study = (row for row in self.answers if row.item.kind == PlaceItem.Kind.STUDY)
        return Counter(row.item.study_stimulus.method.title for row in study)


@dataclass(frozen=True)
class Quality:
    """A survey's finished assignments: what the frozen rules did, and what other rules would do, if any were named."""

    survey: Survey
    done: Excluded
    tried: Excluded | None
    screened_out: int
    """How many began and ended with practice, before any rule."""


def quality(survey: Survey, rules: Mapping[str, Any] | None = None) -> Quality:
    """Count what a survey's rules excluded and, with ``rules``, what these would exclude of the same people.

    Who came in place of the excluded stays among them: other rules would have let other people in, and nothing is known
    of those.
    """
    rows = list(_finished(survey))
    did = {row.assignment.pk: [str(reason["rule"]) for reason in row.assignment.excluded_by] for row in rows}
    tried = None if rules is None else _excluded(rows, _replayed(rows, rules), rules)
    out = Assignment.objects.filter(place__survey=survey, state=Assignment.State.SCREENED_OUT).count()
    return Quality(survey, _excluded(rows, did, survey.rules), tried, out)


def _finished(survey: Survey) -> Iterator[_Finished]:
    """Yield who finished, in that order, each with the current answers."""
    finished = Assignment.objects.filter(place__survey=survey, state=Assignment.State.SUBMITTED)
    rows = Answer.objects.filter(assignment__in=finished, current=True).order_by("assignment", "item__position", "pk")
    rows = rows.select_related("item__check_item", "item__stimulus__method")
    answers = {pk: tuple(each) for pk, each in groupby(rows, key=lambda row: row.assignment_id)}
    for assignment in finished.select_related("participant").order_by("submitted_at", "pk"):
        yield _Finished(assignment, answers.get(assignment.pk, ()))


def _replayed(rows: Iterable[_Finished], rules: Mapping[str, Any]) -> dict[int, list[str]]:
    """Return the rules that hit each assignment, judged one after the other as they finished."""
    there: set[int] = set()
    hits = {}
    for row in rows:
        found = [str(each["rule"]) for each in verdicts.reasons_of_answers(row.assignment, row.answers, dict(rules))]
        person = row.assignment.participant.identity_id
        if rules.get("duplicate_person") and person in there:
            found.append("duplicate_person")
        if person is not None and not found:
            there.add(person)
        hits[row.assignment.pk] = found
    return hits


def _excluded(rows: list[_Finished], hits: Mapping[int, list[str]], rules: Mapping[str, Any]) -> Excluded:
    answers, lost = Counter[str](), Counter[str]()
    hit, alone, by_rule = Counter[str](), Counter[str](), defaultdict[str, int](int)
    for row in rows:
        found, methods = hits[row.assignment.pk], row.by_method
        answers += methods
        hit.update(found)
        for rule in found:
            by_rule[rule] += methods.total()
        if found:
            lost += methods
        if len(found) == 1:
            alone[found[0]] += 1
    names = [name for name in rules if name not in NO_RULES]
    names += [name for name in hit if name not in names]
    return Excluded(
        rules=rules,
        finished=len(rows),
        excluded=sum(bool(found) for found in hits.values()),
        answers=answers.total(),
        lost=lost.total(),
        effects=tuple(Effect(name, rules.get(name), hit[name], alone[name], by_rule[name]) for name in names),
        methods=tuple(MethodEffect(title, answers[title], lost[title]) for title in sorted(answers)),
    )


def remarkable(survey: Survey) -> list[Assignment]:
    """Return the finished assignments that are excluded, flagged or surplus, the latest first."""
    rows = Assignment.objects.filter(place__survey=survey, state=Assignment.State.SUBMITTED).select_related("place")
    return [row for row in rows.order_by("-submitted_at", "-pk") if row.flags or not row.usable or not row.holds_place]
