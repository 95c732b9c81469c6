"""Staff, and a study of theirs in progress."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from surveys.models import Study
from tests.compression import openai_server
from tests.surveys import factories


@pytest.fixture
def paid_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[openai_server.OpenAIServer]:
    """Lend a strict server that bills, with the environment that leads to it."""
    with openai_server.running() as running:
        monkeypatch.setenv("TWICETOLD_OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("TWICETOLD_OPENAI_API_KEY", openai_server.KEY)
        yield running


@pytest.fixture
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada(db: None, _quick_passwords: None) -> User:
    return factories.make_user("ada")


@pytest.fixture
def study_of_ada(ada: User) -> Study:
    """Return Ada's study: four places, two of them filled, one held."""
    study = factories.make_study(owner=ada)
    _, published = factories.make_published_survey(study)
    factories.take_part(published, 1, value=8)
    factories.take_part(published, 2, value=4)
    factories.take_part(published, 3, items=1)
    return study
