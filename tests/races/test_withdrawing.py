"""Answers are taken back while the page still sends, finishes and others arrive: gone, and the place has one holder."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection

from surveys.models import Answer, Assignment
from surveys.services import answers, assignments, claiming, privacy
from surveys.services.errors import ServiceError
from tests.surveys import factories

pytestmark = pytest.mark.races


def at_once(calls: list[Callable[[], object]]) -> None:
    """Make all calls at the same moment; what they refuse in words is no failure."""
    gate, broken = threading.Barrier(len(calls)), list[BaseException]()

    def run(call: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=60)
            with suppress(ServiceError):
                call()
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not broken


def test_what_is_taken_back_stays_gone_whatever_still_comes(transactional_db, note):
    survey, published = factories.make_published_survey(
        factories.make_study(originals=2, methods=4), raters=4, invitations=30
    )
    for number in range(1, 11):
        assignment = factories.take_part(published, number, items=1)
        given = answers.Given(position=2, question="satisfaction", value=3, key=uuid.uuid4())
        newcomer = published.posting.invitations.get(number=number + 15)
        at_once(
            [
                partial(privacy.withdraw, code=assignment.code),
                partial(privacy.withdraw, code=assignment.code),
                partial(answers.record, code=assignment.code, given=given),
                partial(assignments.submit, code=assignment.code),
                partial(assignments.give_back, code=assignment.code),
                partial(claiming.claim_next, posting=published.posting, invitation=newcomer),
            ]
        )
        assignment.refresh_from_db()
        assert (assignment.state, assignment.holds_place) == ("withdrawn", False)
        assert assignment.events.filter(kind="withdrawn").count() == 1
    assert not Answer.objects.filter(assignment__state="withdrawn").exists()
    holders = Assignment.objects.filter(holds_place=True)
    assert holders.count() == holders.values("place").distinct().count() == 10
    assert survey.places.filter(state="held").count() == 10
    note(
        f"{connection.vendor}: 10 assignments taken back beside answers, endings and newcomers; nothing of them is left"
    )
