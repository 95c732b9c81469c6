"""The common way of saving an answer writes what the longer way writes, and nothing wherever that one has to decide."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone

from surveys.models import Assignment, Consent
from surveys.services import answers, assignments, privacy, quick_answers
from surveys.services.keys import token_for
from tests.surveys import factories

pytestmark = pytest.mark.django_db
GIVEN: dict[str, list[Any]] = {"a": [7], "b": [1, 5], "c": [["a boat", "‘ø’; DROP"], "above"]}
SEEN: dict[str, Any] = {"layout": "side", "seconds": 3.25, "display": {"dpr": 2.0, "zooms": 1.0}}


def begin(slug="a", **fields):
    survey, published = factories.make_published_survey(slug=slug, **fields)
    number = iter(range(1, 5))
    return survey, lambda: factories.take_part(published, next(number), finish=False, items=0)


def given(question="satisfaction", value=7, position=1, **fields):
    return answers.Given(position, question, value, uuid.uuid4(), **fields)


def rows(assignment):
    found = assignment.answers.order_by("pk")
    return [model_to_dict(row, exclude=["id", "assignment", "item", "key", "receipt", "answered_at"]) for row in found]


@pytest.mark.parametrize("slug", ["a", "b", "c"])
def test_both_ways_write_the_same(slug):
    survey, join = begin(slug)
    names = [question.id for question in survey.instrument.asked.questions]
    quick, long = join(), join()
    said = dict(zip(names, GIVEN[slug], strict=False))
    if slug == "c":
        said["adjectives"] = [survey.instrument.asked.question("adjectives").options[0].id]
    for name, value in said.items():
        one = quick_answers.record(code=quick.code, given=given(name, value, **SEEN))
        other = answers.record(code=long.code, given=given(name, value, **SEEN))
        assert one is not None
        assert (one.position, one.question, one.value, one.skipped) == (1, name, other.value, False)
        assert quick.answers.get(receipt=one.receipt).item.position == 1
        assert timezone.now() - quick.answers.get(receipt=one.receipt).answered_at < timedelta(minutes=1)
    assert rows(quick) == rows(long)
    assert len(rows(quick)) == len(said)


def test_what_is_skipped_and_why_is_kept():
    _, join = begin()
    started = join()
    upset = given(value=None, skipped=True, reason="upset")
    assert quick_answers.record(code=started.code, given=upset)
    assert [(row["value"], row["skipped"], row["reason"]) for row in rows(started)] == [(None, True, "upset")]


def test_where_behaviour_is_not_kept_it_is_not():
    study = factories.make_study(
        definition={"consent": factories.CONSENT, "panel": {"links": "invitation"}, "privacy": {"log_behaviour": False}}
    )
    _, join = begin(study=study)
    started = join()
    assert not privacy.logs_behaviour(started)
    assert quick_answers.record(code=started.code, given=given(**SEEN))
    assert [(row["layout"], row["seconds"], row["display"]) for row in rows(started)] == [("", None, {})]


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 0},
        {"value": "7"},
        {"value": None},
        {"question": "colour"},
        {"position": 0},
        {"position": 3},
        {"position": 10**30},
        {"value": 7, "skipped": True},
        {"reason": "upset"},
    ],
)
def test_what_is_no_answer_is_left_to_the_longer_way(wrong):
    _, join = begin()
    started = join()
    assert quick_answers.record(code=started.code, given=given(**wrong)) is None
    assert rows(started) == []


def test_repetitions_and_changes_of_mind_are_left_to_the_longer_way():
    _, join = begin()
    started = join()
    first = given()
    assert quick_answers.record(code=started.code, given=first)
    assert quick_answers.record(code=started.code, given=first) is None
    assert quick_answers.record(code=started.code, given=replace(first, position=2)) is None
    assert quick_answers.record(code=started.code, given=given(value=3)) is None
    assert [row["value"] for row in rows(started)] == [7]


@pytest.mark.parametrize("state", [state for state in Assignment.State if state != "started"])
def test_an_assignment_that_does_not_run_takes_nothing(state):
    _, join = begin()
    started = join()
    Assignment.objects.filter(pk=started.pk).update(state=state)
    assert quick_answers.record(code=started.code, given=given()) is None
    assert rows(started) == []


@pytest.mark.parametrize("gone", ["place", "lease"])
def test_a_lost_place_and_an_aged_lease_are_left_to_the_longer_way(gone, settings):
    _, join = begin()
    started = join()
    aged = timezone.now() + timedelta(seconds=settings.LEASE_SECONDS * 0.94)
    change = {"holds_place": False} if gone == "place" else {"lease_until": aged}
    Assignment.objects.filter(pk=started.pk).update(**change)
    assert quick_answers.record(code=started.code, given=given()) is None
    assert rows(started) == []


@pytest.mark.parametrize("meanwhile", ["submitted", "released", "answered", "same key elsewhere"])
def test_what_happens_between_looking_and_writing_is_noticed(monkeypatch, meanwhile):
    _, join = begin()
    started = join()
    late = given()
    find = quick_answers._find

    def find_then(code, asked, now):
        found = find(code, asked, now)
        if meanwhile == "submitted":
            Assignment.objects.filter(pk=started.pk).update(state=Assignment.State.SUBMITTED)
        elif meanwhile == "released":
            Assignment.objects.filter(pk=started.pk).update(holds_place=False)
        elif meanwhile == "answered":
            answers.record(code=started.code, given=given(value=2))
        else:
            answers.record(code=started.code, given=replace(late, position=2))
        return found

    monkeypatch.setattr(quick_answers, "_find", find_then)
    before = {"answered": [2], "same key elsewhere": [7]}.get(meanwhile, [])
    assert quick_answers.record(code=started.code, given=late) is None
    assert [row["value"] for row in rows(started)] == before


def test_one_may_not_answer_for_another():
    _, join = begin()
    mine, theirs = join(), join()
    assert quick_answers.record(code=mine.code, given=given())
    assert rows(theirs) == []
    assert quick_answers.record(code="a-000000000000", given=given()) is None


def test_the_page_gets_the_same_reply_either_way(client, monkeypatch):
    _, join = begin()
    started = join()
    url = reverse("answers", args=[token_for(started.code)])
    body = {"position": 1, "question": "satisfaction", "value": 7, "key": str(uuid.uuid4())}
    quick = client.post(url, json.dumps(body), content_type="application/json")
    monkeypatch.setattr(quick_answers, "record", lambda **_: None)
    again = client.post(url, json.dumps(body), content_type="application/json")
    assert (quick.status_code, again.status_code) == (200, 200)
    assert quick.json() == again.json()
    assert quick.headers["Cache-Control"] == again.headers["Cache-Control"] == "no-store"


def test_what_was_agreed_to_is_remembered_by_its_text_not_by_its_number(settings):
    _, join = begin()
    started = join()
    assert quick_answers.record(code=started.code, given=given(**SEEN))
    quiet = Consent.objects.create(sha256="0" * 64, content=started.consent.content | {"log_behaviour": False})
    Assignment.objects.filter(pk=started.pk).update(consent=quiet)
    assert quick_answers.record(code=started.code, given=given(position=2, **SEEN))
    assert [row["seconds"] for row in rows(started)] == [3.25, None]
    assert assignments.lock(started.code).consent_id == quiet.pk
