"""What is remarked about a finished assignment: flags with the values that raised them, which decide nothing."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from pydantic import ValidationError

from surveys.models import Answer, Assignment, PlaceItem
from surveys.participant_tables import FlagsDefinition
from surveys.selectors import tables
from surveys.services import answers, assignments, claiming, flags, privacy
from tests.surveys import factories
from tests.surveys.test_verdicts import add_check, finish

pytestmark = pytest.mark.django_db
ADJECTIVES = ["calm"]


def started(limits: dict[str, Any] | None = None, originals: int = 2, **fields: Any) -> tuple[Any, Assignment]:
    study = factories.make_study(originals=originals)
    study.definition |= {"flags": FlagsDefinition(**(limits or {})).model_dump(mode="json")}
    study.save()
    _, published = factories.make_published_survey(study, **fields)
    return published, factories.take_part(published, 1, finish=False)


def exported_flags(assignment: Assignment) -> list[str]:
    row = tables.assignments(assignment.place.survey.study)[0]
    assert json.loads(row["flag_values"]) == assignment.flags
    return str(row["flags"]).split()


def flag(assignment: Assignment, name: str) -> dict[str, Any] | None:
    found = {one["flag"]: one for one in finish(assignment).flags}
    assert set(found) <= set(flags.NAMES)
    assert assignment.payable
    assert assignment.usable
    return found.get(name)


def test_who_answers_with_care_has_no_flags():
    _, assignment = started()
    assert finish(assignment).flags == []
    row = tables.assignments(assignment.place.survey.study)[0]
    assert (row["flags"], row["flag_values"]) == (None, None)


@pytest.mark.parametrize(("seconds", "raised"), [((1.0, 9.0), True), ((1.6, 9.0), False), ((None, None), False)])
def test_too_fast_is_a_tenth_of_the_planned_time_at_half_of_the_items(seconds, raised):
    _, assignment = started()
    for row, each in zip(assignment.answers.order_by("pk"), seconds, strict=True):
        Answer.objects.filter(pk=row.pk).update(seconds=each)
    wanted = {"flag": "too_fast", "limit": 1.5, "share": 0.5, "too_fast": 1, "timed": 2, "fastest": 1.0}
    assert flag(assignment, "too_fast") == (wanted if raised else None)


@pytest.mark.parametrize(("other", "raised"), [(7, True), (3, False)])
def test_a_straight_line_is_one_value_again_and_again(other, raised):
    _, assignment = started({"straight_line_ratings": 4}, originals=5)
    last, second = assignment.answers.order_by("-item__position")[0], assignment.answers.order_by("item__position")[1]
    Answer.objects.filter(pk=last.pk).update(value=2)
    Answer.objects.filter(pk=second.pk).update(value=other)
    wanted = {"flag": "straight_line", "value": 7, "run": 4, "ratings": 5, "share": 0.8}
    assert flag(assignment, "straight_line") == (wanted if raised else None)


@pytest.mark.parametrize(("kind", "name"), [("attention", "attention"), ("gold", "gold"), ("training", "practice")])
def test_a_failed_check_is_named_with_expected_and_said(kind, name):
    _, assignment = started()
    add_check(assignment, kind, 10)
    missed = add_check(assignment, kind, 6)
    add_check(assignment, kind, 1, value=None, skipped=True, reason="picture")
    assert missed.check_item
    how = {"check": missed.check_item.slug, "position": missed.position, "question": "satisfaction"}
    assert flag(assignment, name) == {
        "flag": name,
        "missed": [how | {"expected": [9, 10], "said": 6, "distance": 3}],
    }
    assert exported_flags(assignment) == [name]


@pytest.mark.parametrize(("again", "raised"), [((4, 6), True), ((7, 6), False)])
def test_repeats_far_from_the_first_ratings_are_inconsistent(again, raised):
    _, assignment = started({"repeats_difference": 0.2})
    items = list(assignment.place.items.filter(kind="study"))
    for number, (item, value) in enumerate(zip(items, again, strict=True), 3):
        repeat = PlaceItem.objects.create(
            place=assignment.place, position=number, kind="repeat", stimulus=item.stimulus, side=item.side
        )
        factories.rate(assignment, repeat, value)
    wanted = {"flag": "repeats", "limit": 0.2, "pairs": 2, "mean_difference": 2.0, "share_of_scale": 0.222}
    assert flag(assignment, "repeats") == (wanted if raised else None)


def describe(assignment: Assignment, words: Any, **display: float) -> None:
    """Answer every picture of Survey C; ``words`` gives things and relation by the item's number, from 0."""
    items = assignment.place.items.order_by("position")
    for number, item in enumerate(items):
        things, relation = words(number)
        said: dict[str, Any] = {"things": things, "relation": relation, "adjectives": ADJECTIVES}
        for question, value in said.items():
            given = answers.Given(
                position=item.position,
                question=question,
                value=value,
                key=uuid.uuid4(),
                seconds=20.0,
                display=dict(display) if question != "adjectives" else {},
            )
            answers.record(code=assignment.code, given=given)


def describers(count: int, **definition: Any) -> list[Assignment]:
    """Let people begin Survey C, who all see the same four pictures."""
    study = factories.make_study(originals=4, methods=1)
    study.definition |= definition
    study.save()
    _, published = factories.make_published_survey(study, slug="c", raters=count)
    invitations = published.posting.invitations.order_by("number")
    return [claiming.claim_next(posting=published.posting, invitation=row) for row in invitations[:count]]


@pytest.mark.parametrize(
    ("typed", "pasted", "raised"),
    [(10, 30, True), (30, 10, False), (0, 4, False)],
)
def test_text_that_was_mostly_pasted(typed, pasted, raised):
    (one,) = describers(1)
    describe(one, lambda _: (["a cat", "a mat"], "sits on"), typed_chars=typed, pasted_chars=pasted, pastes=1)
    wanted = {"flag": "pasted", "limit": 0.5, "pasted_chars": 8 * pasted, "typed_chars": 8 * typed, "share": 0.75}
    assert flag(one, "pasted") == (wanted if raised else None)


@pytest.mark.parametrize(("milliseconds", "raised"), [(1000, True), (2000, False), (0, False)])
def test_text_typed_faster_than_people_type(milliseconds, raised):
    (one,) = describers(1)
    describe(one, lambda _: (["a cat", "a mat"], "sits on"), typed_chars=20, typing_ms=milliseconds)
    wanted = {"flag": "typing", "limit": 15, "typed_chars": 160, "seconds": 8.0, "per_second": 20.0}
    assert flag(one, "typing") == (wanted if raised else None)


def test_without_logged_behaviour_nothing_is_said_of_typing_and_tabs():
    (one,) = describers(1, privacy={"log_behaviour": False})
    describe(one, lambda _: (["a cat", "a mat"], "sits on"), typed_chars=0, pasted_chars=900, other_tabs=3)
    assert finish(one).flags == []


def test_other_tabs_of_the_same_place():
    (one,) = describers(1)
    describe(one, lambda _: (["a cat", "a mat"], "sits on"), other_tabs=2)
    assert flag(one, "parallel_tabs") == {"flag": "parallel_tabs", "items": 4, "other_tabs": 2}


def long(number: int) -> tuple[list[str], str]:
    return [f"a lighthouse, number {number}", "a boat"], "shines its light on"


def shouted(number: int) -> tuple[list[str], str]:
    things, relation = long(number)
    return [thing.upper() for thing in things], f"{relation}!"


def short(number: int) -> tuple[list[str], str]:
    return ["dog", "ball"], "chases"


def only_two(number: int) -> tuple[list[str], str]:
    return long(number) if number < 2 else long(90 + number)


def other_order(number: int) -> tuple[list[str], str]:
    things, relation = long(number)
    return things[::-1], relation


@pytest.mark.parametrize(
    ("first", "second", "copied"),
    [
        (long, long, 4),
        (long, shouted, 4),  # case and punctuation are no words
        (short, short, 0),  # everybody sees a dog and a ball
        (long, only_two, 0),  # the same of two pictures may be chance
        (long, other_order, 0),
        (long, lambda number: (long(number)[0], "is far from the other"), 0),
    ],
)
def test_a_copy_is_the_same_text_of_several_pictures(first, second, copied):
    one, two = describers(2)
    describe(one, lambda _: first(_by_picture(one)[_]))
    describe(two, lambda _: second(_by_picture(two)[_]))
    assert flag(one, "copied") is None  # nobody had finished before
    wanted = {"flag": "copied", "limit": 3, "pictures": copied, "assignments": [one.code]}
    assert flag(two, "copied") == (wanted if copied else None)


def _by_picture(assignment: Assignment) -> list[int]:
    """Return the number of the original at each position."""
    items = assignment.place.items.order_by("position").select_related("stimulus__original")
    return [item.study_stimulus.original.position for item in items]


def test_texts_of_who_gave_the_place_back_are_not_compared():
    one, two = describers(2)
    describe(one, lambda _: long(_by_picture(one)[_]))
    assignments.give_back(code=one.code)
    describe(two, lambda _: long(_by_picture(two)[_]))
    assert flag(two, "copied") is None


def test_limits_come_from_the_study_file():
    one, two = describers(2, flags={"copied_characters": 5, "copied_pictures": 4})
    describe(one, short)
    describe(two, short)
    finish(one)
    assert flag(two, "copied")


def test_a_study_kept_by_an_earlier_version_has_the_defaults():
    _, assignment = started()
    study = assignment.place.survey.study
    del study.definition["flags"]
    study.save()
    assert finish(assignment).flags == []


def test_withdrawing_takes_the_flags_along():
    _, assignment = started()
    add_check(assignment, "attention", 1)
    done = finish(assignment)
    assert done.flags
    privacy.withdraw(code=done.code)
    done.refresh_from_db()
    assert done.flags == []


@pytest.mark.parametrize("limits", [{"too_fast_share": 0}, {"straight_line_ratings": 1}, {"lowest_rating": 2}])
def test_a_limit_that_makes_no_sense_is_refused(limits):
    with pytest.raises(ValidationError):
        FlagsDefinition(**limits)
