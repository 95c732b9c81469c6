"""A picture that did not come, or that upset somebody: the item is skipped, counted as such, and never a rating."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.urls import reverse

from analysis.counts import selected
from analysis.tables import read
from surveys.instruments import loader
from surveys.instruments.instrument import Said
from surveys.models import Answer
from surveys.selectors import tables
from surveys.services import assignments
from surveys.services.errors import ConflictError
from surveys.services.exporting import export
from surveys.services.keys import token_for
from tests.surveys import factories

UPSET = Said(None, skipped=True, reason="upset")
PICTURE = Said(None, skipped=True, reason="picture")


def post(client, assignment, **data: Any):
    url = reverse("answers", args=[token_for(assignment.code)])
    whole = {"position": 1, "question": "satisfaction", "value": None, "skipped": True, "key": str(uuid.uuid4())}
    return client.post(url, json.dumps(whole | data), content_type="application/json")


@pytest.fixture
def started(db):
    _, published = factories.make_published_survey()
    return factories.take_part(published, 1, finish=False, items=0)


@pytest.mark.parametrize("name", ["survey_a", "survey_b", "survey_c"])
@pytest.mark.parametrize("said", [UPSET, PICTURE])
def test_an_item_is_complete_when_all_of_it_is_skipped_for_one_reason(name, said):
    asked = loader.load(name, loader.SHIPPED)
    names = [question.id for question in asked.questions]
    assert asked.complete(dict.fromkeys(names, said))
    assert not asked.complete({})
    assert not asked.complete(dict.fromkeys(names[:-1], said))
    assert not asked.complete(dict.fromkeys(names, Said(None, skipped=True)))


def test_an_item_that_is_skipped_in_part_or_for_two_reasons_is_not_complete():
    asked = loader.load("survey_b", loader.SHIPPED)
    names = [question.id for question in asked.questions]
    assert not asked.complete(dict.fromkeys(names, UPSET) | {names[0]: Said(3)})
    assert not asked.complete(dict.fromkeys(names, UPSET) | {names[0]: PICTURE})


def test_a_relation_that_is_not_asked_needs_no_reason():
    asked = loader.load("survey_c", loader.SHIPPED)
    answered = {"things": Said(["boat"]), "adjectives": Said(["calm"])}
    assert asked.complete(answered | {"relation": Said(None, skipped=True)})
    assert not asked.complete(answered | {"relation": UPSET})


@pytest.mark.parametrize("reason", ["picture", "upset"])
def test_an_item_is_skipped_for_a_reason_and_the_reason_comes_back_with_the_page(client, started, reason):
    assert post(client, started, reason=reason).status_code == 200
    assert started.answers.get().said == Said(None, skipped=True, reason=reason)
    page = client.get(reverse("take", args=[token_for(started.code)]))
    assert page.context["place"]["items"][0]["answered"]["satisfaction"]["reason"] == reason


@pytest.mark.parametrize(
    "data",
    [
        {"reason": "tired"},
        {"reason": 7},
        {"reason": "upset", "value": 5},
        {"reason": "upset", "value": 5, "skipped": False},
        {"reason": ""},
    ],
)
def test_other_reasons_are_refused_and_so_are_ratings_with_one(client, started, data):
    assert post(client, started, **data).status_code == 400
    assert not started.answers.exists()


def test_one_key_is_one_reason(client, started):
    key = str(uuid.uuid4())
    first = post(client, started, reason="upset", key=key)
    assert post(client, started, reason="upset", key=key).json()["receipt"] == first.json()["receipt"]
    assert post(client, started, reason="picture", key=key).status_code == 409


def test_whoever_looks_after_all_may_rate(client, started):
    post(client, started, reason="picture")
    assert post(client, started, value=4, skipped=False).status_code == 200
    assert started.answers.get(current=True).said == Said(4)
    assert Answer.objects.count() == 2


def finish_with_one_skipped(client, started) -> None:
    first, *rest = started.place.items.order_by("position")
    assert post(client, started, position=first.position, reason="upset").status_code == 200
    with pytest.raises(ConflictError):
        assignments.submit(code=started.code)
    for item in rest:
        factories.rate(started, item, 6)
    assignments.submit(code=started.code)
    started.refresh_from_db()


def test_who_skips_finishes_is_paid_and_the_skipped_item_is_no_rating(client, started, tmp_path):
    finish_with_one_skipped(client, started)
    assert started.payable
    assert started.holds_place
    study = started.participant.study
    counted, everything = tables.all_responses(study)
    skipped = [row for row in counted if row["skipped"]]
    assert [(row["position"], row["value"]) for row in skipped] == [(1, None)]
    assert [row["skipped_for"] for row in everything if row["skipped"]] == ["upset"]
    export(study=study, out=tmp_path / "export")
    responses = read(tmp_path / "export").responses
    assert responses.num_rows == len(counted)
    assert selected(responses, "a", "satisfaction").num_rows == len(counted) - 1


def test_the_desk_says_how_many_skipped_and_which_stimuli(client, ada, started):
    started.participant.study.owner = ada
    started.participant.study.save()
    post(client, started, position=1, reason="upset")
    post(client, started, position=2, reason="picture")
    client.force_login(ada)
    page = client.get(reverse("desk:watch", args=[started.participant.study.slug])).content.decode()
    upset, missing = started.place.items.order_by("position")[:2]
    assert "Skipped because it upset somebody: 1. Because a picture did not arrive: 1." in page
    assert page.index(upset.study_stimulus.name) < page.index(missing.study_stimulus.name)
