"""Who may see the desk's pages, and how they may be asked for."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from surveys.models import Study
from tests.surveys import factories

READING = ("study", "originals", "stimuli", "plan", "watch", "counts", "results", "shown-table", "tables")
PAGES = (*READING, "contact-sheet", "cost")

of_every_page = pytest.mark.parametrize("page", PAGES)


@of_every_page
def test_the_owner_sees_it(desk: Client, study: Study, page: str):
    response = desk.get(reverse(f"desk:{page}", args=[study.slug]))
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    response.close()


@of_every_page
def test_somebody_elses_study_is_not_found(desk: Client, others: Study, page: str):
    assert desk.get(reverse(f"desk:{page}", args=[others.slug])).status_code == 404


@of_every_page
def test_a_study_without_owner_is_not_found(desk: Client, page: str):
    factories.make_study("orphan", owner=None)
    assert desk.get(reverse(f"desk:{page}", args=["orphan"])).status_code == 404


@of_every_page
def test_a_study_that_is_not_there_is_not_found(desk: Client, page: str):
    assert desk.get(reverse(f"desk:{page}", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("page", READING)
def test_it_only_reads(desk: Client, study: Study, page: str):
    assert desk.post(reverse(f"desk:{page}", args=[study.slug])).status_code == 405


@of_every_page
def test_whoever_is_not_logged_in_is_led_to_the_login(client: Client, study: Study, page: str):
    address = reverse(f"desk:{page}", args=[study.slug])
    assert client.get(address).headers["Location"] == f"/login/?next={address}"


@of_every_page
def test_whoever_is_no_staff_is_led_to_the_login(client: Client, study: Study, page: str):
    client.force_login(factories.make_user("cleo", is_staff=False))
    response = client.get(reverse(f"desk:{page}", args=[study.slug]), follow=True)
    assert "cleo may not see the desk" in response.content.decode()


def test_the_list_shows_ones_own_studies_alone(desk: Client, study: Study, others: Study):
    text = desk.get("/desk/").content.decode()
    assert study.title in text
    assert others.title not in text


def test_an_empty_desk_says_how_to_load_a_study(desk: Client):
    text = desk.get("/desk/").content.decode()
    assert "manage.py load_study path/to/study.toml --owner ada" in text


def test_studies_without_owner_are_mentioned(desk: Client):
    factories.make_study("orphan")
    assert "One study on this site has no owner." in desk.get("/desk/").content.decode()


def test_logging_in_leads_to_the_desk(client: Client, ada: User):
    response = client.post("/login/", {"username": "ada", "password": "secret-secret"})
    assert response.headers["Location"] == "/desk/"


def test_a_wrong_password_is_refused_in_words(client: Client, ada: User):
    response = client.post("/login/", {"username": "ada", "password": "wrong"})
    assert "don't fit together" in response.content.decode()


def test_whoever_is_logged_in_already_is_shown_the_way(desk: Client):
    assert "You are logged in already, as ada." in desk.get("/login/").content.decode()


def test_logging_out_is_a_post(desk: Client):
    assert desk.get("/logout/").status_code == 405
    assert desk.post("/logout/").headers["Location"] == "/"
    assert desk.get("/desk/").status_code == 302


@pytest.mark.parametrize("page", ["/login/", "/desk/"])
def test_pages_with_forms_let_the_browser_tell_their_own_origin(desk: Client, page: str):
    assert '<meta name="referrer" content="same-origin">' in desk.get(page).content.decode()
