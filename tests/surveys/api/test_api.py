"""The read-only API: rows of the tables, for owners alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from rest_framework.authtoken.models import Token

from analysis import schemas
from surveys.models import Study
from surveys.selectors import tables
from surveys.services import assignments
from tests.surveys import factories

ADDRESSES = ("/api/studies/", "/api/studies/tiny/", "/api/studies/tiny/stimuli/", "/api/studies/tiny/responses/")
of_every_address = pytest.mark.parametrize("address", ADDRESSES)
below_a_study = pytest.mark.parametrize("address", ADDRESSES[1:])


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def study(study_of_ada: Study) -> Study:
    return study_of_ada


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["assignment"], row["position"]))


def as_user(user: User) -> Client:
    """Return a client that sends this user's token."""
    return Client(headers={"Authorization": f"Token {Token.objects.get_or_create(user=user)[0].key}"})


@of_every_address
def test_the_owner_reads_it(study: Study, ada: User, address: str):
    assert as_user(ada).get(address).status_code == 200


@of_every_address
def test_without_a_token_it_is_401_and_says_how_to_send_one(study: Study, address: str):
    response = Client().get(address)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Token"


@of_every_address
def test_a_wrong_token_is_401(study: Study, address: str):
    assert Client(headers={"Authorization": "Token nonsense"}).get(address).status_code == 401


@of_every_address
def test_whoever_is_no_staff_gets_403(study: Study, address: str):
    assert as_user(factories.make_user("cleo", is_staff=False)).get(address).status_code == 403


@below_a_study
def test_somebody_elses_study_is_404(study: Study, address: str):
    assert as_user(factories.make_user("bob")).get(address).status_code == 404


@pytest.mark.parametrize("address", ["/api/nothing/", "/api/studies/no%00thing/"])
def test_any_other_address_is_refused_in_json(ada: User, address: str):
    assert Client().get(address).status_code == 401
    response = as_user(ada).get(address)
    assert response.status_code == 404
    assert response.json() == {"detail": "Not found."}


def test_a_study_without_owner_is_nobodys(ada: User):
    factories.make_study("orphan")
    assert as_user(ada).get("/api/studies/orphan/").status_code == 404
    assert as_user(ada).get("/api/studies/").json()["results"] == []


@of_every_address
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_reads(study: Study, ada: User, address: str, method: str):
    assert getattr(as_user(ada), method)(address).status_code == 405


def test_a_study_tells_its_parts_in_order(study: Study, ada: User):
    found = as_user(ada).get("/api/studies/tiny/").json()
    assert [method["slug"] for method in found["methods"]] == ["method-0", "method-1"]
    assert found["surveys"][0]["raters"] == 2
    assert found["surveys"][0]["design"]["exact"] is True


@pytest.mark.parametrize("table", ["stimuli", "responses"])
def test_the_columns_are_the_tables_columns(study: Study, ada: User, table: str):
    rows = as_user(ada).get(f"/api/studies/tiny/{table}/").json()["results"]
    assert tuple(rows[0]) == schemas.load(table).columns


def test_the_rows_are_the_exports_rows(study: Study, ada: User):
    client = as_user(ada)
    assert client.get("/api/studies/tiny/stimuli/").json()["results"] == tables.stimuli(study)
    counted, everything = tables.all_responses(study)
    assert _sorted(client.get("/api/studies/tiny/responses/").json()["results"]) == _sorted(counted)
    assert len(everything) > len(counted)


def test_pages_follow_each_other_without_gap_or_repeat(study: Study, ada: User):
    client, address, found = as_user(ada), "/api/studies/tiny/responses/?limit=3", []
    while address:
        page = client.get(address).json()
        found += page["results"]
        address = page["next"]
    assert page["count"] == 4
    assert _sorted(found) == _sorted(tables.all_responses(study)[0])


def test_a_page_stays_as_it_was_while_a_study_grows(ada: User):
    _, published = factories.make_published_survey(factories.make_study(owner=ada), invitations=3)
    early = factories.take_part(published, 1, finish=False)
    late = factories.take_part(published, 2)
    assert early.place.number < late.place.number
    client, address = as_user(ada), "/api/studies/tiny/responses/"
    before = client.get(address).json()["results"]
    assignments.submit(code=early.code)
    grown = client.get(address).json()["results"]
    assert grown[: len(before)] == before
    assert [row["assignment"] for row in grown] == [late.code] * 2 + [early.code] * 2
    assert client.get(f"{address}?offset={len(before)}").json()["results"] == grown[len(before) :]


@pytest.mark.parametrize("table", ["stimuli", "responses"])
def test_the_number_of_queries_does_not_grow_with_the_rows(ada: User, table: str, django_assert_max_num_queries: Any):
    _, published = factories.make_published_survey(factories.make_study(owner=ada, originals=6), invitations=9)
    for number in (1, 2, 3):
        factories.take_part(published, number)
    client = as_user(ada)
    with django_assert_max_num_queries(5):
        assert len(client.get(f"/api/studies/tiny/{table}/").json()["results"]) >= 12


def test_no_page_is_longer_than_a_thousand_rows(study: Study, ada: User):
    response = as_user(ada).get("/api/studies/tiny/responses/?limit=1000000")
    assert response.status_code == 200
    from surveys.api.views import Pages

    assert Pages.max_limit == 1000


def test_a_token_comes_from_the_command(ada: User, capsys: pytest.CaptureFixture[str]):
    call_command("drf_create_token", "ada")
    key = Token.objects.get(user=ada).key
    assert Client(headers={"Authorization": f"Token {key}"}).get("/api/studies/").status_code == 200
