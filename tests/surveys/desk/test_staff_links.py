"""One-time links for staff."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from surveys.services import staff_links
from tests.surveys import factories


def address(user: User) -> str:
    return f"/enter/{staff_links.make_link(user)}/"


def test_looking_at_the_link_changes_nothing(client: Client, ada: User):
    link = address(ada)
    for _ in range(3):
        assert "Log in as ada" in client.get(link).content.decode()
    assert "_auth_user_id" not in client.session


def test_its_button_logs_in_once(client: Client, ada: User):
    link = address(ada)
    assert client.post(link).headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert Client().post(link).status_code == 410
    assert Client().get(link).status_code == 410


def test_the_button_needs_the_page_it_stands_on(ada: User):
    assert Client(enforce_csrf_checks=True).post(address(ada)).status_code == 403


def test_any_login_ends_the_link(client: Client, ada: User):
    link = address(ada)
    Client().login(username="ada", password="secret-secret")
    assert client.post(link).status_code == 410


def test_it_ends_after_a_day(client: Client, ada: User, monkeypatch: pytest.MonkeyPatch):
    link = address(ada)
    later = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    assert client.post(link).status_code == 410


def test_a_new_password_ends_it(client: Client, ada: User):
    link = address(ada)
    ada.set_password("another-one")
    ada.save()
    assert client.post(link).status_code == 410


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_whoever_is_no_longer_staff_stays_out(client: Client, ada: User, change: dict[str, bool]):
    link = address(ada)
    User.objects.filter(pk=ada.pk).update(**change)
    assert client.post(link).status_code == 410


def test_a_made_up_link_lets_nobody_in(client: Client, db: None):
    response = client.get("/enter/made-up/")
    assert response.status_code == 410
    assert "manage.py staff_link" in response.content.decode()


def test_other_methods_are_refused(client: Client, ada: User):
    assert client.put(address(ada)).status_code == 405


def test_the_page_is_kept_by_no_cache(client: Client, ada: User):
    assert client.get(address(ada)).headers["Cache-Control"] == "no-store"


def printed(*arguments: str) -> str:
    out = io.StringIO()
    call_command("staff_link", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_an_address_that_lets_in(client: Client, ada: User):
    link = printed("--user", "ada", "--base-url", "https://example.org/")
    assert link.startswith("https://example.org/enter/")
    assert client.post(link.removeprefix("https://example.org")).status_code == 302


def test_the_command_makes_an_owner_without_password_for_studies_that_have_none(client: Client, ada: User):
    orphan, owned = factories.make_study("orphan"), factories.make_study("owned", owner=ada)
    printed("--create")
    admin = User.objects.get(username="admin")
    orphan.refresh_from_db()
    owned.refresh_from_db()
    assert admin.is_staff
    assert not admin.has_usable_password()
    assert (orphan.owner, owned.owner) == (admin, ada)


def test_without_create_an_unknown_user_is_an_error(db: None):
    with pytest.raises(CommandError, match="--create"):
        printed("--user", "nobody")


def test_a_user_who_is_no_staff_gets_no_link(db: None):
    factories.make_user("cleo", is_staff=False)
    with pytest.raises(CommandError, match="no active member of staff"):
        printed("--user", "cleo", "--create")
