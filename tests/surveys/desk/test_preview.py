"""The preview is what participants see, for the owner alone, and nothing of it is stored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from surveys.models import Study
from tests.surveys import factories
from tests.surveys.test_participant_pages import join, place_of

PAGES = ("preview", "preview-pictures", "preview-done")


def address(study: Study, page: str = "preview", survey: str = "a") -> str:
    return reverse(f"desk:{page}", args=[study.slug, survey])


def rows() -> dict[str, Any]:
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("surveys").get_models()}


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode().split("<main")[1]))


def test_from_the_first_page_to_the_last_nothing_is_stored(client, ada):
    study = factories.make_study(owner=ada)
    factories.make_planned_survey(study)
    client.force_login(ada)
    before = rows()
    first = client.get(address(study))
    assert f'action="{address(study, "preview-pictures")}"' in first.content.decode()
    place = place_of(client.get(address(study, "preview-pictures")))
    assert place["try"] is True
    assert place["finish_url"] == address(study, "preview-finish")
    assert not [value for value in place.values() if isinstance(value, str) and value.startswith("/take/")]
    last = client.post(place["finish_url"], {"answers": '[{"position": 1}]'}, follow=True)
    assert "ABCD-EFGH-2345" in last.content.decode()
    assert rows() == before


def test_it_shows_what_participants_then_see(client, ada):
    study = factories.make_study(owner=ada)
    _, published = factories.make_published_survey(study)
    told = words(client.get(reverse("join", args=[published.keys[0]])))
    real = place_of(client.get(join(client, published).headers["Location"]))
    client.force_login(ada)
    banner = "Preview: you see what a participant sees, and nothing is stored."
    assert words(client.get(address(study))).replace(banner, "").split() == told.split()
    shown = place_of(client.get(address(study, "preview-pictures")))
    for name in ("items", "questions", "title", "shows", "seconds_per_item"):
        assert shown[name] == real[name]


@pytest.mark.parametrize("page", PAGES)
def test_only_the_owner_previews(client, ada, page):
    study = factories.make_study(owner=ada)
    factories.make_planned_survey(study)
    assert client.get(address(study, page)).headers["Location"].startswith("/login/")
    client.force_login(factories.make_user("eve"))
    assert client.get(address(study, page)).status_code == 404
    client.force_login(ada)
    assert client.get(address(study, page)).status_code == 200
    assert client.get(address(study, page, "z")).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_survey_without_places_says_what_comes_first(client, ada, page):
    study = factories.make_survey(factories.make_study(owner=ada)).study
    client.force_login(ada)
    reply = client.get(address(study, page))
    assert reply.status_code == 404
    assert "manage.py plan" in reply.content.decode()
