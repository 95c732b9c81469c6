"""Payable and usable: two verdicts on a finished assignment. No rule looks at a rating of a stimulus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from surveys.instruments import checks
from surveys.models import Answer, Assignment, PlaceItem, Study

Reason = dict[str, Any]
_CHECKED = {"attention_failures": PlaceItem.Kind.ATTENTION, "gold_failures": PlaceItem.Kind.GOLD}


def rules_of(study: Study) -> dict[str, Any]:
    """Return the rules that a study file switches on, as they are frozen when a survey is published."""
    return switched_on(study.definition.get("rules", {}))


def switched_on(named: dict[str, Any]) -> dict[str, Any]:
    """Leave out the rules that are off, and what only explains one of them."""
    on = {name: value for name, value in named.items() if value is not None and value is not False}
    if "fastest_seconds_per_item" not in on:
        on.pop("too_fast_share", None)
    return on


def answers_of(assignment: Assignment) -> list[Answer]:
    """Return an assignment's current answers in the order of its items, with their items and checks."""
    rows = assignment.answers.filter(current=True).select_related("item__check_item")
    return list(rows.order_by("item__position", "pk"))


def judge(assignment: Assignment, answers: Sequence[Answer]) -> None:
    """Set a finishing assignment's verdict by its survey's frozen rules; an unusable one gives up its place.

    Nothing is saved, and whether it is paid does not change. ``answers`` are its current ones, in order.
    """
    assignment.excluded_by = list(_reasons(assignment, answers, assignment.place.survey.rules))
    assignment.usable = not assignment.excluded_by
    if not assignment.usable:
        assignment.holds_place = False


def _reasons(assignment: Assignment, answers: Sequence[Answer], rules: dict[str, Any]) -> Iterator[Reason]:
    yield from reasons_of_answers(assignment, answers, rules)
    if rules.get("duplicate_person") and (others := _others_of_this_person(assignment)):
        yield {"rule": "duplicate_person", "assignments": others}


def reasons_of_answers(assignment: Assignment, rows: Sequence[Answer], rules: dict[str, Any]) -> Iterator[Reason]:
    """Yield the rules about answers and times that exclude an assignment, from its current answers in order."""
    answers = [row for row in rows if row.item.kind != PlaceItem.Kind.TRAINING]
    for rule, kind in _CHECKED.items():
        failed = sorted({row.item.position for row in answers if row.item.kind == kind and _failed(row)})
        if rule in rules and len(failed) >= rules[rule]:
            yield {"rule": rule, "limit": rules[rule], "failed": len(failed), "positions": failed}
    broken = sorted({row.item.position for row in answers if row.reason == "picture"})
    if "picture_failures" in rules and len(broken) >= rules["picture_failures"]:
        limit = rules["picture_failures"]
        yield {"rule": "picture_failures", "limit": limit, "failed": len(broken), "positions": broken}
    yield from _too_fast(assignment, answers, rules)


def _failed(answer: Answer) -> bool:
    """Tell whether an answer to a check is not what was expected; skipped or not asked about is no failure."""
    check = answer.item.check_item
    return check is not None and bool(checks.misses(check.expected, {answer.question: answer.said}))


def seconds_by_item(answers: Sequence[Answer]) -> dict[int, float]:
    """Return how long each item took, where that is known: the time of the last of its questions."""
    seconds: dict[int, float] = {}
    for row in answers:
        if row.seconds is not None and not row.skipped:
            seconds[row.item_id] = max(row.seconds, seconds.get(row.item_id, 0.0))
    return seconds


def _too_fast(assignment: Assignment, answers: list[Answer], rules: dict[str, Any]) -> Iterator[Reason]:
    if floor := rules.get("fastest_seconds_per_item"):
        seconds = seconds_by_item(answers)
        fast = sum(each < floor for each in seconds.values())
        share = rules.get("too_fast_share", 0.5)
        if fast and fast >= share * len(seconds):
            values = {"limit": floor, "share": share, "too_fast": fast, "timed": len(seconds)}
            yield {"rule": "fastest_seconds_per_item", **values}
    if (least := rules.get("fastest_total_seconds")) and assignment.submitted_at:
        total = (assignment.submitted_at - assignment.started_at).total_seconds()
        if total < least:
            yield {"rule": "fastest_total_seconds", "limit": least, "seconds": round(total, 1)}


def _others_of_this_person(assignment: Assignment) -> list[str]:
    identity = assignment.participant.identity_id
    if identity is None:
        return []
    rows = Assignment.objects.filter(participant__identity=identity, place__survey=assignment.place.survey, usable=True)
    return list(rows.exclude(pk=assignment.pk).order_by("pk").values_list("code", flat=True))
