"""The API's description: complete, valid, and true."""

from __future__ import annotations

import io
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from analysis import schemas


@pytest.fixture(scope="module")
def described() -> Any:
    """Return the OpenAPI document; any warning while making it is an error."""
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return yaml.safe_load(out.getvalue())


def test_it_is_served(client: Client, db: None):
    assert client.get("/api/schema/").status_code == 200


def test_every_address_says_how_it_refuses(described: Any):
    for address, methods in described["paths"].items():
        if address != "/api/schema/":
            refusals = {"401", "403"} | ({"404"} if "{slug}" in address else set())
            assert refusals <= set(methods["get"]["responses"]), address


def test_it_only_reads(described: Any):
    assert {method for methods in described["paths"].values() for method in methods} == {"get"}


@pytest.mark.parametrize(("table", "component"), [("stimuli", "Stimulus"), ("responses", "Response")])
def test_rows_have_the_tables_columns_with_their_descriptions(described: Any, table: str, component: str):
    properties = described["components"]["schemas"][component]["properties"]
    assert tuple(properties) == schemas.load(table).columns
    assert all(each["description"] for each in properties.values())
