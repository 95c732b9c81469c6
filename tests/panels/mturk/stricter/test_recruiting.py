"""Exactly the planned HITs, at a Mechanical Turk that is not ours."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from surveys.panels.base import MemoryJournal, PanelRefused, PanelUnsure, Posting
from surveys.panels.mturk.panel import MTurk
from tests.panels.mturk.test_faults import until_it_works

DAY = date(2026, 11, 1)
HIT = "CreateHITWithHITType"


def planned(state, *sizes):
    assert [hit["MaxAssignments"] for hit in state.hits.values()] == list(sizes)
    assert state.cents == 50_000 - 90 * sum(sizes)


@pytest.mark.parametrize(
    ("already", "code", "lag"),
    [
        ("", "HITAlreadyExists", 0),
        ("", "HitAlreadyExists", 0.2),
        ('HIT "{id}" already exists', "RequestError", 0.2),
        ("{id}", "HITAlreadyExists", 0.2),
        ("Already exists.", "HitAlreadyExists", 0),
    ],
)
def test_a_hit_that_exists_is_found_whatever_the_words(already, code, lag, panel, offer, state):
    state.already, state.already_code, state.list_lag = already, code, lag
    heard: list[Posting] = []
    opening = panel.open(offer, token="s", journal=MemoryJournal())
    panel.recruit(opening, 20, token="s", journal=MemoryJournal())
    again = panel.recruit(opening, 20, token="s", journal=MemoryJournal(), heard=heard.append)
    assert [one.reference for one in again] == [one.reference for one in heard] == list(state.hits)
    planned(state, 9, 9, 2)


def test_a_hit_that_exists_and_is_not_found_is_never_taken_for_not_made(panel, offer, state):
    journal = MemoryJournal()
    opening = panel.open(offer, token="s", journal=journal)
    state.already, state.list_lag = "", 3600
    state.wrong = [(HIT, "drop"), ("ListHITs", "throttle"), ("ListHITs", "page 403")]
    for _ in range(3):
        with pytest.raises(PanelUnsure):
            panel.recruit(opening, 9, token="s", journal=journal)
    assert len(journal.unknown) == 1
    state.ahead += 25 * 3600  # tokens are forgotten; the list has caught up
    panel.recruit(opening, 9, token="s", journal=journal)
    planned(state, 9)


def test_a_refusal_after_a_look_in_vain_leaves_open_what_happened(panel, offer, state):
    journal = MemoryJournal()
    opening = panel.open(offer, token="s", journal=journal)
    state.list_lag = 3600
    state.wrong = [(HIT, "drop"), (HIT, "throttle")]
    with pytest.raises(PanelUnsure, match="fewer requests"):
        panel.recruit(opening, 9, token="s", journal=journal)
    state.ahead += 25 * 3600
    panel.recruit(opening, 9, token="s", journal=journal)
    planned(state, 9)


def test_two_with_one_journal_and_one_token_make_the_planned_hits(wire, offer, state):
    journal = MemoryJournal()
    opening = MTurk(wire()).open(offer, token="s", journal=journal)
    state.list_lag = 0.2
    state.cents = 40 * 90  # enough for the plan, once
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(MTurk(wire(n)).recruit, opening, 40, token="s", journal=journal) for n in (1, 3)]
        for one in both:
            one.exception()
    found = until_it_works(lambda: MTurk(wire()).recruit(opening, 40, token="s", journal=journal))
    assert [one.reference for one in found] == list(state.hits)
    assert state.cents == 0
    assert [one.places for one in found] == [9, 9, 9, 9, 4]


def test_a_run_that_was_killed_is_completed(panel, offer, state):
    class Killed(BaseException):
        pass

    def kill(posting: Posting) -> None:
        raise Killed

    journal = MemoryJournal()
    opening = panel.open(offer, token="s", journal=journal)
    for ahead in (0, 0, 90_000):
        with pytest.raises(Killed):
            panel.recruit(opening, 20, token="s", journal=journal, heard=kill)
        state.ahead += ahead
    panel.recruit(opening, 20, token="s", journal=journal)
    planned(state, 9, 9, 2)


def test_money_that_is_held_already_is_not_asked_for_again(panel, offer, state):
    opening = panel.open(offer, token="s", journal=MemoryJournal())
    state.cents = 20 * 90
    first = panel.recruit(opening, 20, token="s", journal=MemoryJournal())
    assert panel.recruit(opening, 20, token="s", journal=MemoryJournal()) == first
    with pytest.raises(PanelRefused, match="Add funds"):
        panel.recruit(opening, 21, token="t", journal=MemoryJournal())


def test_a_new_hit_is_asked_for_when_the_list_does_not_show_it(panel, offer, state):
    state.list_lag = 3600
    journal = MemoryJournal()
    postings = panel.recruit(panel.open(offer, token="s", journal=journal), 20, token="s", journal=journal)
    assert [one.places for one in panel.status([one.reference for one in postings], on=DAY)] == [9, 9, 2]


def test_a_reply_that_comes_too_late_has_happened(panel, offer, state):
    journal = MemoryJournal()
    opening = panel.open(offer, token="s", journal=journal)
    state.wrong = [(HIT, "slow")]
    panel.recruit(opening, 9, token="s", journal=journal)
    planned(state, 9)
