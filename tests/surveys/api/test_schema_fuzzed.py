"""Whatever is asked of the API, it answers as its description says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from rest_framework.authtoken.models import Token

from config.wsgi import application
from tests.surveys import factories


@pytest.fixture
def _connection_stays(db: None) -> Iterator[None]:
    """Keep the test's connection open after each request, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_connection_stays")
def test_answers_are_as_described():
    ada = factories.make_user("ada")
    _, published = factories.make_published_survey(factories.make_study(owner=ada))
    factories.take_part(published, 1)
    headers = {"Authorization": f"Token {Token.objects.create(user=ada).key}"}
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
    asked = 0
    for found in schema.include(path_regex="/studies/").get_all_operations():
        operation = cast(Any, found).ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=10, suppress_health_check=list(HealthCheck))
        def check(case: Any) -> None:
            nonlocal asked
            case.call_and_validate(headers=headers)
            asked += 1

        check()
    assert asked >= 20
