"""An export reads one moment, and keeps nobody from answering meanwhile."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from surveys.models import Answer, Assignment
from surveys.selectors.snapshot import snapshot
from tests.surveys import factories

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def test_an_answer_is_saved_during_a_snapshot_and_is_not_in_it():
    _, published = factories.make_published_survey()
    factories.take_part(published, 1)
    failures: list[BaseException] = []

    def meanwhile() -> None:
        try:
            factories.take_part(published, 2)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    with snapshot():
        before = Answer.objects.count()
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join(timeout=15)
        assert not other.is_alive(), "the snapshot kept an answer from being saved"
        assert (Answer.objects.count(), Assignment.objects.count()) == (before, 1)
    assert not failures
    assert (Answer.objects.count(), Assignment.objects.count()) == (before + 2, 2)
