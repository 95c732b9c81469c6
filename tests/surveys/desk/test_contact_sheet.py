"""The contact sheet: what it shows, and what its buttons keep."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from surveys.models import Release, Stimulus, Study
from surveys.selectors.releases import reconstructions, tally
from surveys.web.desk import contact_sheet
from tests.surveys import factories
from tests.surveys.desk.test_pages import text_of

ADDRESS = "/desk/draft/contact-sheet/"


@pytest.fixture
def draft(ada: User) -> Study:
    return factories.make_study("draft", owner=ada, methods=3)


def seen(study: Study) -> list[str]:
    return [each.seen for each in reconstructions(study)]


def shown(client: Client, query: str = "") -> list[str]:
    page = client.get(ADDRESS + query).content.decode()
    return re.findall(r'name="shown" value="(\S+) ', page)


def test_each_picture_stands_beside_its_original_and_its_words(desk: Client, draft: Study):
    page = desk.get(ADDRESS).content.decode()
    for row in Stimulus.objects.filter(method__slug="method-0"):
        assert row.rendition
        assert row.original_rendition
        for rendition in (row.rendition, row.original_rendition):
            assert f"/pictures/{rendition.sha256}.webp" in page
        assert f"<q>{row.caption}</q>" in page
    assert "4 waiting" in text_of(desk, ADDRESS)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["picture-0.method-0", "picture-0.method-2", "picture-1.method-0", "picture-1.method-2"]),
        ("?method=method-2", ["picture-0.method-2", "picture-1.method-2"]),
        ("?state=released", ["picture-0.method-0"]),
        ("?state=waiting&method=method-0", ["picture-1.method-0"]),
        ("?state=nonsense", []),
    ],
)
def test_it_is_filtered_as_the_address_says(desk: Client, draft: Study, query: str, names: list[str]):
    desk.post(ADDRESS, {"verdict": "release", "stimulus": seen(draft)[:1]})
    assert shown(desk, query) == names


def test_what_is_chosen_is_released_and_the_page_says_so(desk: Client, draft: Study):
    reply = desk.post(f"{ADDRESS}?state=waiting", {"verdict": "release", "stimulus": seen(draft)[:3]})
    assert reply.headers["Location"] == f"{ADDRESS}?state=waiting"
    page = text_of(desk, f"{ADDRESS}?state=waiting")
    assert "3 pictures released." in page
    assert "1 waiting" in page
    assert {row.by for row in draft.releases.all()} == {"ada"}


def test_all_that_is_shown_is_released_and_nothing_else(desk: Client, draft: Study):
    every = seen(draft)
    desk.post(ADDRESS, {"verdict": "release-shown", "shown": every[1:3], "stimulus": every[:1]})
    assert [each.state for each in reconstructions(draft)] == ["waiting", "released", "released", "waiting"]


def test_a_rejection_is_kept_with_its_reason_and_can_be_taken_back(desk: Client, draft: Study):
    first = seen(draft)[:1]
    desk.post(ADDRESS, {"verdict": "reject", "stimulus": first, "reason": "letters <b>in the sky"})
    page = desk.get(ADDRESS).content.decode()
    assert "letters &lt;b&gt;in the sky" in page
    assert "One picture rejected." in page
    desk.post(ADDRESS, {"verdict": "withdraw", "stimulus": first})
    assert tally(draft).waiting == 4
    assert "One verdict taken back." in text_of(desk, ADDRESS)


def test_a_rejection_without_reason_keeps_the_choice(desk: Client, draft: Study):
    first = seen(draft)[0]
    reply = desk.post(ADDRESS, {"verdict": "reject", "stimulus": [first], "reason": " "})
    assert reply.status_code == 400
    page = reply.content.decode()
    assert "a rejected picture needs a reason" in page
    assert f'value="{first}" checked' in page
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "sent", [{}, {"verdict": "release"}, {"verdict": "nonsense"}, {"verdict": "release", "stimulus": "x"}]
)
def test_what_makes_no_sense_is_refused_in_words(desk: Client, draft: Study, sent: dict[str, Any]):
    reply = desk.post(ADDRESS, sent)
    assert reply.status_code == 400
    assert 'role="alert"' in reply.content.decode()
    assert not Release.objects.exists()


def test_many_pictures_come_in_pages(desk: Client, draft: Study, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(contact_sheet, "ON_A_PAGE", 3)
    assert len(shown(desk)) == 3
    assert shown(desk, "?page=2") == ["picture-1.method-2"]
    assert "?method=method-0&amp;page=" not in desk.get(f"{ADDRESS}?method=method-0").content.decode()


def test_a_published_study_shows_its_verdicts_and_takes_none(desk: Client, study: Study):
    page = text_of(desk, "/desk/tiny/contact-sheet/")
    assert "its verdicts are fixed" in page
    assert "Release chosen" not in page
    reply = desk.post("/desk/tiny/contact-sheet/", {"verdict": "withdraw", "stimulus": seen(study)})
    assert reply.status_code == 409


def test_an_empty_sheet_teaches_what_makes_pictures(desk: Client, ada: User):
    factories.make_study("draft", owner=ada, originals=0)
    assert "manage.py generate_stimuli --study draft" in text_of(desk, ADDRESS)


def test_nobody_elses_pictures_are_judged(desk: Client, others: Study):
    reply = desk.post("/desk/others/contact-sheet/", {"verdict": "release", "stimulus": seen(others)})
    assert reply.status_code == 404
    assert not Release.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_pictures(desk: Client, ada: User):
    counted = []
    for slug, originals in (("draft", 1), ("many", 6)):
        factories.make_study(slug, owner=ada, originals=originals)
        with CaptureQueriesContext(connection) as queries:
            desk.get(f"/desk/{slug}/contact-sheet/")
        counted.append(len(queries))
    assert counted[0] == counted[1]
