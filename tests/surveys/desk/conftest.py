"""A member of staff with a study in progress, and somebody else with another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from surveys.models import Study
from tests.surveys import factories


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def desk(ada: User) -> Client:
    """Return a browser in which Ada is logged in."""
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def study(study_of_ada: Study) -> Study:
    return study_of_ada


@pytest.fixture
def others(db: None) -> Study:
    return factories.make_study("others", owner=factories.make_user("bob"))
