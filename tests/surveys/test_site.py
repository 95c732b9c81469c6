"""The front page, Try it, and the results that anybody may see."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.urls import reverse

from surveys.models import Answer, Assignment
from tests.surveys import factories

pytestmark = pytest.mark.django_db


def try_page(client, slug="tiny") -> dict[str, Any]:
    text = client.get(reverse("try", args=[slug])).content.decode()
    found = re.search(r'<script[^>]*id="place"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found
    place: dict[str, Any] = json.loads(found.group(1))
    return place


def answers_to(place, value=7) -> dict[str, str]:
    rows = [{"position": item["position"], "value": value} for item in place["items"]]
    return {"answers": json.dumps(rows)}


def test_an_empty_site_says_how_to_begin(client):
    reply = client.get("/")
    assert reply.status_code == 200
    assert "load_study" in reply.content.decode()


def test_the_front_page_leads_to_try_it_and_to_the_results(client):
    factories.make_survey()
    text = client.get("/").content.decode()
    assert reverse("try", args=["tiny"]) in text
    assert reverse("results", args=["tiny"]) in text


def test_studies_that_are_not_listed_stay_off_the_front_page(client):
    factories.make_survey(factories.make_study(listed=False, results_public=False))
    assert "tiny" not in client.get("/").content.decode()
    assert client.get(reverse("try", args=["tiny"])).status_code == 404
    assert client.get(reverse("results", args=["tiny"])).status_code == 404


def test_trying_shows_five_different_originals_and_stores_nothing(client):
    factories.make_published_survey(factories.make_study(originals=8, methods=5))
    place = try_page(client)
    assert place["try"] is True
    assert len(place["items"]) == 5
    urls = {item[side]["url"] for item in place["items"] for side in ("left", "right")}
    assert len(urls) == 10
    reply = client.post(place["finish_url"], answers_to(place))
    assert reply.status_code == 200
    assert not Answer.objects.exists()
    assert not Assignment.objects.exists()
    assert not client.cookies


def test_ones_own_dots_stand_over_everybodys(client):
    _, published = factories.make_published_survey(raters=3, invitations=6)
    for number in range(1, 7):
        factories.take_part(published, number, value=number)
    place = try_page(client)
    text = client.post(place["finish_url"], answers_to(place)).content.decode()
    assert "data:image/svg+xml;base64," in text


@pytest.mark.parametrize(
    "answers",
    ["", "{", "[]", "null", '[{"position": 1}]', '[{"position": 1, "value": 11}]', '[{"position": 9, "value": 3}]',
     '[{"position": true, "value": 3}]', '[{"position": 1, "value": "3"}]', "[3]"],
)  # fmt: skip
def test_answers_to_try_that_make_no_sense_are_refused_in_words(client, answers):
    factories.make_published_survey()
    place = try_page(client)
    reply = client.post(place["finish_url"], {"answers": answers})
    assert reply.status_code == 400
    assert "Nothing was stored" in reply.content.decode()


def test_a_forged_draw_is_refused(client):
    factories.make_published_survey()
    reply = client.post(reverse("try-result", args=["tiny", "forged"]), answers_to({"items": [{"position": 1}]}))
    assert reply.status_code == 400


def test_a_study_without_pictures_says_so(client):
    factories.make_survey(factories.make_study(originals=0))
    assert client.get(reverse("try", args=["tiny"])).status_code == 404


def test_figures_come_as_svg_pdf_and_png_and_may_run_nothing(client):
    _, published = factories.make_published_survey(raters=3, invitations=6)
    factories.take_part(published, 1)
    for fmt, start in (("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
        reply = client.get(reverse("figure", args=["tiny", "fig3", fmt]))
        assert reply.content.startswith(start)
        assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert client.get(reverse("figure", args=["tiny", "fig99", "svg"])).status_code == 404


def test_results_follow_the_answers(client):
    _, published = factories.make_published_survey(raters=3, invitations=6)
    before = client.get(reverse("results", args=["tiny"])).content
    factories.take_part(published, 1)
    assert client.get(reverse("results", args=["tiny"])).content != before


def test_simulated_answers_are_called_so_on_every_page(client):
    _, published = factories.make_published_survey(
        factories.make_study(simulated=True), raters=3, invitations=6, simulated=True
    )
    factories.take_part(published, 1)
    for url in ("/", reverse("results", args=["tiny"]), reverse("try", args=["tiny"])):
        assert "imulated" in client.get(url).content.decode()
    join = client.get(reverse("join", args=[published.keys[1]])).content.decode()
    assert "imulated" in join
    assert b"SIMULATED" in client.get(reverse("figure", args=["tiny", "fig3", "svg"])).content


def test_simulated_people_are_named_also_when_the_pictures_are_real(client):
    _, published = factories.make_published_survey(raters=3, invitations=6, simulated=True)
    factories.take_part(published, 1)
    place = try_page(client)
    assert place["simulated"] is True
    assert "Simulated" in client.get("/").content.decode()
    assert "Simulated" in client.post(place["finish_url"], answers_to(place)).content.decode()


def test_the_front_page_counts_what_counts(client):
    _, published = factories.make_published_survey(raters=3, invitations=6)
    factories.take_part(published, 1, finish=False, items=1)
    assert "No answers yet" in client.get("/").content.decode()
    factories.take_part(published, 2)
    assert "2 answers" in client.get("/").content.decode()
