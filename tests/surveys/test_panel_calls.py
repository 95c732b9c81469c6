"""The journal of calls to panels: what was sent is known, and is not sent twice."""

from __future__ import annotations

import os
import socket
import time

import pytest

from surveys.models import PanelCall
from surveys.panels.base import (
    Before,
    Call,
    Environment,
    Journal,
    PanelBusy,
    PanelRefused,
    PanelUnsure,
    Reply,
    carry_out,
)
from surveys.services.panel_calls import DatabaseJournal
from tests.surveys import factories

pytestmark = pytest.mark.django_db
CALL = Call("CreateHIT", "token-1", {"places": 9, "reward": "1.20"})


@pytest.fixture
def journal() -> Journal:
    study = factories.make_study(originals=1, methods=1)
    return DatabaseJournal(study, Environment("mturk", "simulator"), wait_seconds=0.2)


def held_by(process: int, *, machine: str = "", seconds: float = 60) -> None:
    """Say that somebody else is making the call."""
    holder = {"machine": machine or socket.gethostname(), "process": process, "mark": "theirs"}
    PanelCall.objects.update(holder=holder | {"until": time.time() + seconds})


def test_what_was_done_is_known_with_its_reply(journal):
    assert journal.intend(CALL) == Before()
    row = PanelCall.objects.get()
    assert (row.state, row.request, row.ended_at) == ("intended", {"places": 9, "reward": "1.20"}, None)
    journal.done(CALL, {"HITId": "H1"})
    assert journal.intend(CALL) == Before(reply={"HITId": "H1"})
    assert PanelCall.objects.get().ended_at is not None


def test_a_refusal_may_be_tried_again_and_an_end_that_nobody_knows_is_looked_for(journal):
    journal.intend(CALL)
    journal.failed(CALL, PanelRefused("No funds.", "Add some."))
    assert journal.intend(CALL) == Before()
    journal.failed(CALL, PanelUnsure("The connection was lost.", "Look."))
    assert journal.intend(CALL) == Before(tried=True)
    row = PanelCall.objects.get()
    assert (row.tries, row.state) == (3, "intended")


def test_what_a_dead_process_left_is_taken_up_and_a_living_ones_call_is_waited_for(journal):
    journal.intend(CALL)
    held_by(2**22 + 1)
    assert journal.intend(CALL) == Before(tried=True)
    journal.failed(CALL, PanelUnsure("Lost.", "Look."))
    PanelCall.objects.update(state="intended")
    held_by(os.getppid())
    with pytest.raises(PanelBusy, match="Somebody else is making this very call"):
        journal.intend(CALL)
    held_by(1, machine="elsewhere")
    with pytest.raises(PanelBusy):
        journal.intend(CALL)
    held_by(1, machine="elsewhere", seconds=-1)
    assert journal.intend(CALL) == Before(tried=True)


def test_a_reply_that_came_stays_whatever_is_said_later(journal):
    journal.intend(CALL)
    journal.done(CALL, {"HITId": "H1"})
    journal.failed(CALL, PanelUnsure("Late.", "Look."))
    assert journal.intend(CALL).reply == {"HITId": "H1"}


def test_environments_keep_their_calls_apart(journal):
    journal.intend(CALL)
    journal.done(CALL, {"HITId": "H1"})
    other = DatabaseJournal(factories.make_study("other", originals=1, methods=1), Environment("mturk", "production"))
    assert other.intend(CALL) == Before()


def test_a_call_is_carried_out_once_however_often_it_is_asked_for(journal):
    sent: list[str] = []

    def send() -> Reply:
        sent.append("now")
        raise PanelUnsure("The connection was lost.", "Look.")

    def look() -> Reply | None:
        return {"HITId": "H1"} if sent else None

    for _ in range(3):
        assert carry_out(journal, CALL, send, look, repeatable=False) == {"HITId": "H1"}
    assert (len(sent), PanelCall.objects.get().state) == (1, "done")
