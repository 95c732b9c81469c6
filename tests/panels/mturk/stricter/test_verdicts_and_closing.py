"""Verdicts, pay and the end of HITs, at a Mechanical Turk that is not ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from surveys.panels.base import Journal, MemoryJournal, PanelBusy, PanelRefused, State, Submission
from surveys.panels.mturk.panel import MTurk
from tests.panels.mturk.conftest import usd

DAY = date(2026, 11, 1)


def judged(panel: MTurk, one: Submission, journal: Journal):
    yield lambda: panel.approve(one, token="a", journal=journal)
    yield lambda: panel.reject(one, "No.", token="r", journal=journal)
    yield lambda: panel.bonus(one, usd("1.00"), "Thanks", token="b", journal=journal)
    yield lambda: panel.unreject(one, "Yes.", token="u", journal=journal)


def test_nobody_is_judged_or_paid_whom_the_service_does_not_name(panel, posting, state):
    name = state.accept(posting.reference, "A1")
    claimed = Submission(posting.reference, name, "A1", State.SUBMITTED)
    for act in judged(panel, claimed, MemoryJournal()):
        with pytest.raises(PanelBusy, match="nobody was judged or paid"):
            act()
    state.give_back(name)
    assert state.accept(posting.reference, "A2") == name
    state.submit(name)
    for act in judged(panel, claimed, MemoryJournal()):
        with pytest.raises(PanelRefused, match="another worker"):
            act()
    assert state.work[name]["state"] == "Submitted"
    assert state.bonuses == []
    (theirs,) = panel.status([posting.reference], on=DAY)[0].submissions
    state.log.clear()
    panel.approve(theirs, token="a2", journal=MemoryJournal())
    assert state.log == ["ApproveAssignment"]  # what the list has named needs no further look


def test_what_is_not_seen_everywhere_yet_is_tried_later(panel, posting, state):
    state.null_for = 420
    state.submit(state.accept(posting.reference, "A1"))
    (one,) = panel.status([posting.reference], on=DAY)[0].submissions
    journal = MemoryJournal()
    for act in judged(panel, one, journal):
        with pytest.raises(PanelBusy, match="some minutes"):
            act()
    assert not journal.unknown


def test_a_rejection_is_taken_back_for_thirty_days(panel, posting, state):
    state.submit(state.accept(posting.reference, "A1"))
    (one,) = panel.status([posting.reference], on=DAY)[0].submissions
    journal = MemoryJournal()
    panel.reject(one, "No.", token="r", journal=journal)
    state.ahead += 31 * 86_400
    with pytest.raises(PanelRefused, match="30 days"):
        panel.unreject(one, "Yes.", token="u", journal=journal)
    assert panel.close(posting.reference, token="c", journal=journal).done
    with pytest.raises(PanelRefused, match="while its HIT stands"):
        panel.unreject(one, "Yes.", token="u", journal=journal)


def test_closing_takes_two_calls_and_one_where_a_list_showed_the_end(panel, offer, state):
    journal = MemoryJournal()
    opening = panel.open(replace(offer, most=1), token="s", journal=journal)
    first, second = panel.recruit(opening, 2, token="s", journal=journal)
    state.log.clear()
    assert panel.close(first.reference, token="c1", journal=journal).done
    assert state.log == ["UpdateExpirationForHIT", "DeleteHIT"]
    panel.stop(second.reference, token="s2", journal=journal)
    panel.status([second.reference], on=DAY)
    state.log.clear()
    assert panel.close(second.reference, token="c2", journal=journal).done
    assert state.log == ["DeleteHIT"]


def test_closing_waits_for_people_and_verdicts_and_closes_what_was_opened_again(panel, offer, posting, state):
    journal, hit = MemoryJournal(), posting.reference
    name = state.accept(hit, "A1")

    def close(which=panel):
        return which.close(hit, token="c", journal=journal)

    assert close().waiting_for == "1 still at it"
    state.log.clear()
    assert close(MTurk(panel.wire)).waiting_for == "1 still at it"
    assert state.log == ["GetHIT"]
    state.submit(name)
    assert close().waiting_for == "submissions without a verdict"
    opening = panel.open(offer, token="s", journal=journal)
    panel.resume(opening, hit, token="again", journal=journal)
    assert close().waiting_for == "submissions without a verdict"
    panel.approve(panel.status([hit], on=DAY)[0].submissions[0], token="a", journal=journal)
    assert close().done
    assert close().done
    assert state.hits[hit]["deleted"]


def test_a_pause_within_a_second_of_another_is_a_pause(panel, offer, posting, state):
    journal, hit = MemoryJournal(), posting.reference
    opening = panel.open(offer, token="s", journal=journal)
    for k in range(2):
        panel.pause(hit, token=f"p{k}", journal=journal)
        assert state.hits[hit]["Expiration"] <= state.now()
        panel.resume(opening, hit, token=f"r{k}", journal=journal)
        assert state.hits[hit]["Expiration"] > state.now()


def test_a_removal_that_was_not_lived_to_be_written_down_is_found(panel, posting, state):
    class Killed(BaseException):
        pass

    class Killing(MemoryJournal):
        def done(self, call, reply):
            if call.operation == "DeleteHIT" and len(state.log) < 3:
                raise Killed
            super().done(call, reply)

    journal = Killing()
    state.log.clear()
    with pytest.raises(Killed):
        panel.close(posting.reference, token="c", journal=journal)
    assert MTurk(panel.wire).close(posting.reference, token="c", journal=journal).done
    assert not journal.unknown
    assert state.log.count("DeleteHIT") == 1
