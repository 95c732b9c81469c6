"""The participant's pages over HTTP: in by a link, out with a receipt code, and no cookie on the way."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.models import Assignment, Place
from surveys.services import assignments
from surveys.services.keys import token_for
from tests.surveys import factories

pytestmark = pytest.mark.django_db
OF_A_TRANSACTION = 2  # a savepoint and its release, within that of the test


def place_of(page) -> dict[str, Any]:
    found = re.search(r'<script[^>]*id="place"[^>]*>(.*?)</script>', page.content.decode(), re.DOTALL)
    assert found
    place: dict[str, Any] = json.loads(found.group(1))
    return place


def join(client, published, number=1):
    return client.post(reverse("join", args=[published.keys[number - 1]]), {"consent": "yes"})


def answer(client, place, position, value, key=None):
    key = key or str(uuid.uuid4())
    data = {"position": position, "question": place["questions"][0]["id"], "value": value, "key": key}
    return client.post(place["answer_url"], json.dumps(data), content_type="application/json")


def test_from_the_link_to_the_receipt_code_without_a_cookie(client):
    _, published = factories.make_published_survey()
    assert client.get(reverse("join", args=[published.keys[0]])).status_code == 200
    reply = join(client, published)
    assert reply.status_code == 303
    place = place_of(client.get(reply.headers["Location"]))
    for item in place["items"]:
        assert answer(client, place, item["position"], 6).status_code == 200
    ended = client.post(place["finish_url"], headers={"accept": "application/json"}).json()
    assert ended["receipt_code"] == Assignment.objects.get().receipt_code
    assert ended["receipt_code"] in client.get(ended["url"]).content.decode()
    assert not client.cookies


def test_looking_at_the_information_writes_nothing(client):
    survey, published = factories.make_published_survey()
    client.get(reverse("join", args=[published.keys[0]]))
    assert not Assignment.objects.exists()
    assert survey.places.filter(state=Place.State.OPEN).count() == survey.places.count()


def test_without_agreement_no_place_is_taken(client):
    _, published = factories.make_published_survey()
    reply = client.post(reverse("join", args=[published.keys[0]]), {})
    assert reply.status_code == 400
    assert not Assignment.objects.exists()


def test_the_same_invitation_in_a_new_profile_leads_to_the_same_answers(client):
    _, published = factories.make_published_survey()
    place = place_of(client.get(join(client, published).headers["Location"]))
    answer(client, place, 1, 9)
    elsewhere = Client()
    reply = elsewhere.get(reverse("join", args=[published.keys[0]]))
    assert reply.status_code == 303
    again = place_of(elsewhere.get(reply.headers["Location"]))
    assert [item["answered"].get("satisfaction", {}).get("value") for item in again["items"]] == [9, None]


def test_pages_of_participants_are_not_stored_anywhere(client):
    _, published = factories.make_published_survey()
    information = client.get(reverse("join", args=[published.keys[0]]))
    page = client.get(join(client, published).headers["Location"])
    for reply in (information, page):
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert "unsafe-inline" not in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Frame-Options"] == "DENY"


def test_only_participants_pages_are_framed_and_only_by_whom_the_deployment_names(client, settings):
    _, published = factories.make_published_survey()
    settings.FRAMED_BY = ["https://panel.example", "https://*.panel.example"]
    page = join(client, published).headers["Location"]
    for url in (reverse("join", args=[published.keys[1]]), page, reverse("join", args=["unknown"])):
        reply = client.get(url)
        policy = reply.headers["Content-Security-Policy"]
        assert "frame-ancestors https://panel.example https://*.panel.example" in policy
        assert "default-src 'self'" in policy
        assert "X-Frame-Options" not in reply.headers
    for url in (reverse("home"), reverse("login")):
        reply = client.get(url)
        assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "origin", ["*", "https://", "https://a.example/path", "https://a.example; script-src *", "'self'"]
)
def test_what_is_no_origin_is_refused_at_the_start(origin):
    from config.settings import _origins

    with pytest.raises(ImproperlyConfigured, match="FRAMED_BY"):
        _origins("FRAMED_BY", [origin])


def test_a_page_names_neither_method_nor_original(client):
    survey, published = factories.make_published_survey()
    text = client.get(join(client, published).headers["Location"]).content.decode()
    study = survey.study
    rows = [*study.methods.values_list("slug", "title"), *study.originals.values_list("slug", "title")]
    for slug, title in rows:
        assert slug not in text
        assert title not in text


def test_the_original_stands_on_the_planned_side(client):
    _, published = factories.make_published_survey()
    place = place_of(client.get(join(client, published).headers["Location"]))
    planned = Assignment.objects.get().place.items.select_related("stimulus__original_rendition")
    for item, shown in zip(planned, place["items"], strict=True):
        assert item.study_stimulus.original_rendition
        assert item.study_stimulus.original_rendition.sha256 in shown[item.side]["url"]
        assert shown[item.side]["label"] == "Original"


@pytest.mark.parametrize("originals", [2, 12])
def test_the_queries_of_a_place_do_not_grow_with_its_items(client, django_assert_num_queries, originals):
    _, published = factories.make_published_survey(factories.make_study(originals=originals, methods=2))
    url = join(client, published).headers["Location"]
    with django_assert_num_queries(3):  # assignment, items, answers
        place = place_of(client.get(url))
    assert len(place["items"]) == originals
    answer(client, place, 1, 3)  # the first that a process saves also reads what was agreed to
    for item in place["items"][1:]:
        with django_assert_num_queries(2):  # what there is; the new one
            assert answer(client, place, item["position"], 3).status_code == 200
    with django_assert_num_queries(
        OF_A_TRANSACTION + 7
    ):  # language; what was asked and given (3); assignment, place, event
        assert client.post(place["finish_url"], headers={"accept": "application/json"}).status_code == 200


def test_changing_an_answer_and_sending_it_again_cost_few_queries(client, django_assert_num_queries):
    _, published = factories.make_published_survey()
    place = place_of(client.get(join(client, published).headers["Location"]))
    answer(client, place, 1, 3)
    key = str(uuid.uuid4())
    with django_assert_num_queries(
        OF_A_TRANSACTION + 6
    ):  # what there is; language; assignment, answers, the old one, the new one
        assert answer(client, place, 1, 4, key).status_code == 200
    with django_assert_num_queries(OF_A_TRANSACTION + 4):  # what there is; language; assignment, answers
        assert answer(client, place, 1, 4, key).status_code == 200


def test_a_lease_is_renewed_once_a_twentieth_of_it_has_passed(client, settings):
    _, published = factories.make_published_survey()
    place = place_of(client.get(join(client, published).headers["Location"]))
    length = timedelta(seconds=settings.LEASE_SECONDS)
    for passed, renewed in ((0.04, False), (0.06, True)):
        until = timezone.now() + length * (1 - passed)
        Assignment.objects.update(lease_until=until)
        client.post(place["heartbeat_url"])
        assert (Assignment.objects.get().lease_until > until) is renewed


def test_finishing_too_early_names_what_is_missing(client):
    _, published = factories.make_published_survey()
    place = place_of(client.get(join(client, published).headers["Location"]))
    answer(client, place, 1, 3)
    reply = client.post(place["finish_url"], headers={"accept": "application/json"})
    assert reply.status_code == 409
    assert "2" in reply.json()["error"]


def test_finishing_by_a_form_leads_to_the_receipt(client):
    _, published = factories.make_published_survey()
    done = factories.take_part(published, 1)
    token = token_for(done.code)
    reply = client.post(reverse("finish", args=[token]))
    assert (reply.status_code, reply.headers["Location"]) == (303, reverse("done", args=[token]))


def test_the_pair_page_of_a_finished_assignment_leads_to_its_receipt(client):
    _, published = factories.make_published_survey()
    done = factories.take_part(published, 1)
    reply = client.get(reverse("take", args=[token_for(done.code)]), follow=True)
    assert done.receipt_code in reply.content.decode()


def test_the_receipt_of_an_unfinished_assignment_leads_to_its_pairs(client):
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=0)
    token = token_for(started.code)
    reply = client.get(reverse("done", args=[token]))
    assert reply.headers["Location"] == reverse("take", args=[token])


def test_leaving_asks_first_and_then_reopens_the_place(client):
    survey, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=0)
    url = reverse("leave", args=[token_for(started.code)])
    assert client.get(url).status_code == 200
    assert survey.places.get(pk=started.place_id).state == Place.State.HELD
    assert client.post(url, {"reason": "tired"}).status_code == 200
    assert survey.places.get(pk=started.place_id).state == Place.State.OPEN
    assert client.get(reverse("take", args=[token_for(started.code)])).status_code == 200


def test_leaving_after_the_end_says_that_all_is_saved(client):
    _, published = factories.make_published_survey()
    done = factories.take_part(published, 1)
    assert client.post(reverse("leave", args=[token_for(done.code)])).status_code == 409


def test_a_heartbeat_tells_how_an_assignment_stands(client):
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=0)
    reply = client.post(reverse("heartbeat", args=[token_for(started.code)]))
    assert reply.json() == {"state": "started", "holds_place": True}


def test_when_every_place_is_held_the_page_says_when_to_come_back(client):
    survey, published = factories.make_published_survey()
    survey.places.update(state=Place.State.HELD)
    reply = join(client, published)
    assert reply.status_code == 409
    assert "try this link again later" in reply.content.decode()


def test_when_every_place_is_filled_the_page_says_that_it_is_over(client):
    survey, published = factories.make_published_survey()
    survey.places.update(state=Place.State.FILLED)
    reply = join(client, published)
    assert reply.status_code == 410
    assert "has all its answers" in reply.content.decode()


def test_a_closed_survey_takes_nobody_new_and_lets_people_finish(client):
    survey, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=1)
    call_command("close")
    assert join(client, published, 2).status_code == 410
    second = started.place.items.all()[1]
    factories.rate(started, second, 5)
    done = assignments.submit(code=started.code)
    assert done.holds_place
    assert done.receipt_code
    survey.refresh_from_db()
    assert survey.state == "closed"


def test_only_a_published_survey_can_be_closed():
    factories.make_planned_survey()
    with pytest.raises(CommandError, match="only a published survey"):
        call_command("close")


def test_the_question_stands_on_the_first_page(client):
    _, published = factories.make_published_survey()
    text = client.get(reverse("join", args=[published.keys[0]])).content.decode()
    assert "How close are these two pictures in feeling or meaning?" in text
    assert "totally dissimilar" in text


def test_too_many_tries_get_a_time_to_come_back(client, settings):
    settings.CLAIMS_PER_MINUTE_OPEN_LINK = 1
    _, published = factories.make_published_survey(link="open")
    assert join(client, published).status_code == 303
    reply = join(client, published)
    assert reply.status_code == 429
    assert 0 < int(reply.headers["Retry-After"]) <= 60


def test_an_unknown_link_and_a_closed_survey_say_what_they_are(client):
    survey, published = factories.make_published_survey()
    assert client.get(reverse("join", args=["no-such-key"])).status_code == 404
    survey.state = "closed"
    survey.save()
    assert client.get(reverse("join", args=[published.keys[0]])).status_code == 410


def test_an_open_link_says_that_it_can_not_tell_people_apart(client):
    _, published = factories.make_published_survey(link="open")
    text = client.get(reverse("join", args=[published.keys[0]])).content.decode()
    _, personal = factories.make_published_survey(factories.make_study("other"))
    assert "once" in text
    assert text != client.get(reverse("join", args=[personal.keys[0]])).content.decode()


def test_the_browser_is_kept_as_a_family_and_a_class_only(client):
    _, published = factories.make_published_survey()
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile/15E148 Safari/604.1"
    client.post(reverse("join", args=[published.keys[0]]), {"consent": "yes"}, headers={"user-agent": agent})
    found = Assignment.objects.get()
    assert (found.device, found.browser) == ("phone", "safari")


def test_pictures_are_served_by_hash_and_may_be_kept(client):
    survey, _ = factories.make_published_survey()
    rendition = survey.study.renditions.all()[0]
    reply = client.get(f"/pictures/{rendition.sha256}.webp")
    assert reply.status_code == 200
    assert len(b"".join(reply.streaming_content)) == rendition.size_bytes
    assert "immutable" in reply.headers["Cache-Control"]
    assert client.get(f"/pictures/{'0' * 64}.webp").status_code == 404


def test_what_is_in_the_store_but_no_rendition_is_not_served(client):
    from surveys.selectors.pictures import store

    sha256 = store().put_blob(b"an original file")
    assert client.get(f"/pictures/{sha256}.webp").status_code == 404


def test_a_surplus_assignment_still_ends_with_a_receipt(client):
    survey, published = factories.make_published_survey()
    slow = factories.take_part(published, 1, finish=False, items=1)
    factories.let_leases_end(survey)
    factories.take_part(published, 2)
    place = place_of(client.get(reverse("take", args=[token_for(slow.code)])))
    answer(client, place, 2, 5)
    assert client.post(place["finish_url"], headers={"accept": "application/json"}).json()["receipt_code"]
    assert assignments.submit(code=slow.code).holds_place is False


def test_checks_and_originals_of_a_place_cost_no_further_query(client, django_assert_num_queries):
    study = factories.make_study(originals=3, methods=2)
    checks = {"attention": ["instructed"], "repeats": 1}
    _, published = factories.make_published_survey(study, slug="c", checks=checks, include_originals=True)
    url = join(client, published).headers["Location"]
    with django_assert_num_queries(3):  # assignment, items, answers
        place = place_of(client.get(url))
    assert len(place["items"]) in (
        4,
        5,
    )  # three, an instruction, and one again unless only an original could come again
