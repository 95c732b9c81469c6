"""The whole life of a survey at a Mechanical Turk that is not ours, while everything goes wrong once."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from surveys.panels.base import MemoryJournal, Offer, PanelError, PanelRefused, PanelUnreachable, PanelUnsure
from surveys.panels.base import State as Done
from surveys.panels.mturk.panel import MTurk
from tests.panels.mturk.conftest import usd
from tests.panels.mturk.stricter.service import State

DAY = date(2026, 11, 1)
AFTERWARDS = ["drop", "500", "half", "empty", "short"]
NO_REPLY = ["page 200", "page 503", "page 403", "garbage", "redirect"]
EVERY = [
    "CreateQualificationType", "CreateHITType", "GetAccountBalance", "CreateHITWithHITType", "GetHIT",
    "CreateAdditionalAssignmentsForHIT", "ListHITs", "ListAssignmentsForHIT", "AssociateQualificationWithWorker",
    "ApproveAssignment", "RejectAssignment", "SendBonus", "ListBonusPayments", "UpdateExpirationForHIT", "DeleteHIT",
    "GetAssignment", "ListQualificationTypes",
]  # fmt: skip


def until_it_works(do, tries=6):
    for _ in range(tries - 1):
        try:
            return do()
        except PanelError:
            time.sleep(0.02)
    return do()


def live(panel: MTurk, offer: Offer, state: State) -> None:
    """Everything a requester does, each step again until it works; then every cent and every HIT is as planned."""
    journal = MemoryJournal()
    opening = until_it_works(lambda: panel.open(offer, token="s", journal=journal))
    postings = until_it_works(lambda: panel.recruit(opening, 11, token="s", journal=journal))
    first, second = (one.reference for one in postings)
    until_it_works(lambda: panel.extend(opening, postings[1], 2, token="x", journal=journal))
    until_it_works(lambda: panel.began(opening, "A1", token="g", journal=journal))
    for worker in ("A1", "A2"):
        state.submit(state.accept(first, worker))
    found = until_it_works(lambda: panel.status([first, second], on=DAY))
    good, bad = found[0].submissions
    until_it_works(lambda: panel.approve(good, token="a", journal=journal))
    until_it_works(lambda: panel.reject(bad, "Nothing fits.", token="r", journal=journal))
    until_it_works(lambda: panel.unreject(bad, "It does.", token="u", journal=journal))
    until_it_works(lambda: panel.bonus(good, usd("1.00"), "Thank you", token="b", journal=journal))
    paid = until_it_works(lambda: panel.status([first], on=DAY, bonuses=True))[0]
    assert [one.state for one in paid.submissions] == [Done.APPROVED, Done.APPROVED]
    assert [one.amount for one in paid.bonuses] == [usd("1.00")]
    for hit in (first, second):
        assert until_it_works(lambda hit=hit: panel.close(hit, token=f"c{hit}", journal=journal)).done
    assert [(hit["MaxAssignments"], hit["deleted"]) for hit in state.hits.values()] == [(9, True), (4, True)]
    assert len(state.bonuses) == 1
    assert state.cents == 50_000 - 13 * 90 - 120
    assert until_it_works(panel.postings) == ()
    assert not journal.unknown


@pytest.mark.parametrize(
    ("wrong", "tries"),
    [*((one, 1) for one in (*AFTERWARDS, *NO_REPLY, "throttle", "busy")), *((one, 3) for one in AFTERWARDS)],
)
def test_a_whole_life_in_which_every_operation_goes_wrong_once(wrong, tries, wire, offer, state):
    state.wrong = [(operation, wrong) for operation in EVERY]
    live(MTurk(wire(tries)), offer, state)


def test_a_whole_life_with_lags_and_a_new_hit_that_cannot_be_changed(panel, offer, state):
    state.young_for = state.list_lag = 0.3
    state.null_for = 0.05
    live(panel, offer, state)


@pytest.mark.parametrize("wrong", ["page 200", "page 403", "page 503", "garbage", "list", "null", "redirect", "slow"])
def test_an_endpoint_that_is_no_mechanical_turk_is_said_to_be_none(wrong, panel, offer, state):
    state.wrong = [("*", wrong)] * 20
    with pytest.raises(PanelUnreachable) as trouble:
        panel.funds()
    assert "<" not in str(trouble.value)
    with pytest.raises((PanelUnreachable, PanelUnsure)):
        panel.open(offer, token="s", journal=MemoryJournal())
    assert state.hits == {}


def test_a_clock_that_is_slow_is_said(panel, state):
    state.wrong = [("*", "skew")]
    with pytest.raises(PanelRefused, match="clock is wrong"):
        panel.funds()


@pytest.mark.parametrize(
    "change", [{"title": "x" * 129}, {"description": "x" * 2001}, {"keywords": ("x" * 1001,)}, {"title": ""}]
)
def test_values_beyond_the_limits_are_named(change, panel, offer, state):
    with pytest.raises(PanelRefused, match="does not take a value of CreateHITType"):
        panel.open(replace(offer, **change), token="s", journal=MemoryJournal())
    assert state.types == {}


def test_a_name_that_is_reserved_is_refused_in_words(panel, offer, state):
    state.names_taken.add(offer.eligibility.once)
    with pytest.raises(PanelRefused, match="48 hours"):
        panel.open(offer, token="s", journal=MemoryJournal())
