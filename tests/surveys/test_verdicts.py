"""What makes a finished assignment unusable: rules that are frozen before the first answer and look at no rating."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from surveys.instruments.questions import Choice
from surveys.models import Answer, Assignment, Check, Identity, PlaceItem
from surveys.participant_tables import RulesDefinition
from surveys.selectors import tables
from surveys.services import answers, assignments, claiming, publishing, verdicts
from surveys.services.exporting import export
from tests.surveys import factories

pytestmark = pytest.mark.django_db
SLOW = {"fastest_seconds_per_item": 100.0}  # the tests' people take three seconds


def started(rules: dict[str, Any] | None = None, **fields: Any) -> tuple[Any, Assignment]:
    study = factories.make_study()
    study.definition |= {"rules": RulesDefinition(**(rules or {})).model_dump(mode="json")}
    study.save()
    survey, published = factories.make_published_survey(study, **fields)
    assert survey.rules == {name: value for name, value in survey.rules.items() if value}
    return published, factories.take_part(published, 1, finish=False)


def add_check(assignment: Assignment, kind: str, said: int, expected: Any = (9, 10), **fields: Any) -> PlaceItem:
    survey = assignment.place.survey
    shown = assignment.place.items.filter(kind="study").first()
    assert shown
    number = assignment.place.items.count() + 1
    picture = shown.study_stimulus.rendition
    assert picture
    check = Check.objects.create(
        survey=survey,
        slug=f"check-{assignment.place.number}-{number}",
        kind="gold",
        rendition=picture,
        expected={"satisfaction": expected},
    )
    item = PlaceItem.objects.create(place=assignment.place, position=number, kind=kind, check_item=check)
    factories.rate(assignment, item, said)
    Answer.objects.filter(item=item).update(**fields)
    return item


def answer(assignment: Assignment, item: PlaceItem, **said: Any) -> None:
    for question, value in said.items():
        given = answers.Given(position=item.position, question=question, value=value, key=uuid.uuid4())
        answers.record(code=assignment.code, given=given)


def finish(assignment: Assignment) -> Assignment:
    assignments.submit(code=assignment.code)
    assignment.refresh_from_db()
    assignment.place.refresh_from_db()
    return assignment


def rules_of(assignment: Assignment) -> list[str]:
    return [reason["rule"] for reason in finish(assignment).excluded_by]


@pytest.mark.parametrize(("kind", "rule"), [("attention", "attention_failures"), ("gold", "gold_failures")])
def test_as_many_failed_checks_as_the_limit_exclude(kind, rule):
    _, assignment = started({rule: 2})
    add_check(assignment, kind, 1)
    passed = add_check(assignment, kind, 10)
    failed = add_check(assignment, kind, 8)
    done = finish(assignment)
    assert done.excluded_by == [{"rule": rule, "limit": 2, "failed": 2, "positions": [3, failed.position]}]
    assert passed.position not in done.excluded_by[0]["positions"]


@pytest.mark.parametrize(("kind", "rule"), [("attention", "attention_failures"), ("gold", "gold_failures")])
def test_fewer_failed_checks_training_and_other_kinds_exclude_nobody(kind, rule):
    _, assignment = started({rule: 2})
    add_check(assignment, kind, 1)
    add_check(assignment, "training", 1)
    add_check(assignment, "gold" if kind == "attention" else "attention", 1)
    add_check(assignment, kind, 1, value=None, skipped=True, reason="picture")
    assert rules_of(assignment) == []


@pytest.mark.parametrize(("said", "failures"), [(4, 0), (5, 1)])
def test_an_instructed_answer_is_the_value_asked_for(said, failures):
    _, assignment = started({"attention_failures": 1})
    add_check(assignment, "attention", said, expected=(4, 4))
    assert len(rules_of(assignment)) == failures


@pytest.mark.parametrize(("obeys", "failures"), [(True, 0), (False, 1)])
def test_a_planned_instruction_of_survey_c_is_passed_by_doing_what_it_says(obeys, failures):
    study = factories.make_study()
    study.definition |= {"rules": {"attention_failures": 1}}
    study.save()
    _, published = factories.make_published_survey(study, slug="c", checks={"attention": ["instructed"]})
    assignment = claiming.claim_next(posting=published.posting, invitation=published.posting.invitations.first())
    adjectives = assignment.instrument.asked.question("adjectives")
    assert isinstance(adjectives, Choice)
    for item in assignment.place.items.select_related("check_item"):
        told = item.check_item.expected["adjectives"]["chosen"] if item.check_item and obeys else None
        other = [adjectives.options[2].id]
        answer(assignment, item, things=["a cat", "a mat"], relation="sits on", adjectives=told or other)
    assert len(rules_of(assignment)) == failures


@pytest.mark.parametrize(("reason", "excluded"), [("picture", ["picture_failures"]), ("upset", [])])
def test_pictures_that_did_not_arrive_exclude_and_what_upsets_does_not(reason, excluded):
    _, assignment = started({"picture_failures": 2})
    assignment.answers.update(value=None, skipped=True, reason=reason)
    assert assignment.answers.count() == 2
    assert rules_of(assignment) == excluded


@pytest.mark.parametrize(
    ("seconds", "share", "excluded"),
    [([1, 9], 0.5, True), ([1, 9], 0.6, False), ([1, None], 1, True), ([None, None], 0.5, False), ([2, 2], 0.1, False)],
)
def test_too_fast_is_a_share_of_the_items_whose_time_is_known(seconds, share, excluded):
    _, assignment = started({"fastest_seconds_per_item": 2, "too_fast_share": share})
    for answer, each in zip(assignment.answers.all(), seconds, strict=True):
        Answer.objects.filter(pk=answer.pk).update(seconds=each)
    assert rules_of(assignment) == ["fastest_seconds_per_item"] * excluded


@pytest.mark.parametrize(("took", "excluded"), [(20, True), (40, False)])
def test_the_whole_time_is_the_servers(took, excluded):
    _, assignment = started({"fastest_total_seconds": 30})
    assignment.started_at -= timedelta(seconds=took)
    assignment.save()
    assert rules_of(assignment) == ["fastest_total_seconds"] * excluded


def test_a_person_who_is_there_twice_is_excluded_the_second_time():
    published, first = started({"duplicate_person": True})
    second = factories.take_part(published, 2, finish=False)
    third = factories.take_part(published, 3, finish=False)
    identity = Identity.objects.create(digest="d" * 64)
    for each in (first, second):
        each.participant.identity = identity
        each.participant.save()
    assert rules_of(first) == []
    assert finish(second).excluded_by == [{"rule": "duplicate_person", "assignments": [first.code]}]
    assert rules_of(third) == []


def test_the_unusable_are_paid_and_their_place_goes_to_the_next():
    published, assignment = started(SLOW)
    done = finish(assignment)
    assert (done.state, done.payable, done.usable, done.holds_place) == ("submitted", True, False, False)
    assert done.receipt_code
    assert done.place.state == "open"
    again = factories.take_part(published, 2, finish=False, items=0)
    assert again.place_id == done.place_id
    assert assignments.heartbeat(code=done.code).holds_place is False


def test_the_unusable_are_never_counted_and_the_export_says_why(tmp_path):
    _, assignment = started(SLOW)
    study = finish(assignment).place.survey.study
    counted, everything = tables.all_responses(study)
    assert counted == []
    assert {row["reason"] for row in everything} == {"assignment not usable"}
    row = tables.assignments(study)[0]
    assert json.loads(row["excluded_by"]) == assignment.excluded_by
    export(study=study, out=tmp_path / "out")
    assert "fastest_seconds_per_item" in (tmp_path / "out" / "assignments.csv").read_text()


@pytest.mark.parametrize("value", [1, 5, 10])
def test_no_rule_looks_at_the_ratings_of_the_study(value):
    every = {"attention_failures": 1, "gold_failures": 1, "picture_failures": 1, "duplicate_person": True}
    _, assignment = started(every | {"fastest_seconds_per_item": 2.0})
    assignment.answers.update(value=value)
    assert rules_of(assignment) == []


def test_without_rules_everybody_who_finished_is_usable():
    _, assignment = started()
    assert assignment.place.survey.rules == {}
    assert rules_of(assignment) == []
    assert assignment.usable


def test_rules_are_sealed_when_published_and_a_later_change_of_the_study_file_does_not_reach_them():
    _, assignment = started()
    other = assignment.place.survey
    other.study.definition |= {"rules": {"attention_failures": 1, "fastest_seconds_per_item": 100.0}}
    other.study.save()
    assert rules_of(assignment) == []
    assert verdicts.rules_of(other.study) == {"attention_failures": 1, "fastest_seconds_per_item": 100.0}


def test_the_seal_is_over_the_rules_as_they_are_frozen(monkeypatch):
    """One survey, sealed with this rule or that, and nothing else changed: two seals."""
    survey = factories.make_planned_survey()
    seals = set()
    for rules in ({}, {"attention_failures": 1}, {"attention_failures": 2}):
        monkeypatch.setattr(verdicts, "rules_of", lambda study, rules=rules: rules)
        publishing._freeze(survey)
        assert survey.rules == rules
        seals.add(survey.preregistration_sha256)
    assert len(seals) == 3


@pytest.mark.parametrize(
    "rules", [{"attention_failures": 0}, {"too_fast_share": 0}, {"fastest_total_seconds": -1}, {"lowest_rating": 2}]
)
def test_a_rule_that_makes_no_sense_or_looks_at_ratings_is_refused(rules):
    with pytest.raises(ValidationError):
        RulesDefinition(**rules)
