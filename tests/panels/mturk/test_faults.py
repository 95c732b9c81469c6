"""Whatever goes wrong on the way: exactly the planned HITs, and every cent accounted for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from surveys.panels.base import MemoryJournal, PanelError, PanelRefused, PanelUnreachable, PanelUnsure, State
from surveys.panels.mturk.simulator import Fault
from tests.panels.mturk.conftest import usd
from tests.panels.mturk.test_life import only_status, take

HIT = "CreateHITWithHITType"
AFTER = ["drop_after", "error_after", "truncate", "empty", "break_off"]
PAGES = ["page", "page_403", "page_503", "garbage", "redirect"]
KINDS = [*AFTER, *PAGES, "drop_before", "error_before", "throttle", "no_funds"]


def until_it_works(do, tries=5):
    for _ in range(tries - 1):
        try:
            return do()
        except PanelError:
            continue
    return do()


def planned(simulator, *sizes):
    hits = list(simulator.world.hits.values())
    assert [hit.most for hit in hits] == list(sizes)
    assert len({hit.annotation for hit in hits}) == len(hits)
    assert simulator.world.balances()
    assert simulator.world.held == sum(sizes) * Decimal("0.90")
    return True


@pytest.mark.parametrize(("kind", "skip"), [(kind, k % 3) for k, kind in enumerate(KINDS)])
def test_a_fault_at_hit_k_ends_in_the_planned_hits(kind, skip, once, journal, offer, simulator):
    opening = once.open(offer, token="s1", journal=journal)
    simulator.faults.add(Fault(kind, HIT, skip=skip))
    postings = until_it_works(lambda: once.recruit(opening, 20, token="s1", journal=journal))
    assert planned(simulator, 9, 9, 2)
    assert [one.reference for one in postings] == list(simulator.world.hits)
    assert not journal.unknown


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_after", "throttle"])
def test_what_botocore_tries_again_by_itself_makes_nothing_twice(kind, panel, journal, offer, simulator):
    opening = panel.open(offer, token="s1", journal=journal)
    simulator.faults.add(Fault(kind, HIT))
    postings = panel.recruit(opening, 11, token="s1", journal=journal)
    assert planned(simulator, 9, 2)
    assert [one.reference for one in postings] == list(simulator.world.hits)
    assert simulator.world.calls.count(HIT) == 3


def test_every_call_fails_after_it_was_carried_out(once, journal, offer, simulator):
    for kind in ("drop_after", "truncate", "error_after"):
        simulator.faults.add(Fault(kind, HIT, times=3))
    opening = once.open(offer, token="s1", journal=journal)
    once.recruit(opening, 30, token="s1", journal=journal)
    assert planned(simulator, 9, 9, 9, 3)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_after", "truncate", "page"])
@pytest.mark.parametrize("operation", ["CreateHITType", "CreateQualificationType"])
def test_opening_makes_one_of_each(operation, kind, once, journal, offer, simulator):
    simulator.faults.add(Fault(kind, operation))
    openings = {once.open(offer, token="s1", journal=journal).reference for _ in range(2)}
    assert len(openings) == len(simulator.world.types) == len(simulator.world.qualifications) == 1


def test_a_crash_between_two_hits_makes_neither_again(once, journal, offer, simulator):
    opening = once.open(offer, token="s1", journal=journal)

    class Crash(BaseException):
        pass

    class Crashing(MemoryJournal):
        def done(self, call, reply):
            if call.operation == HIT and len(simulator.world.hits) == 2:
                raise Crash  # made, and not written down
            super().done(call, reply)

    crashing = Crashing()
    with pytest.raises(Crash):
        once.recruit(opening, 20, token="s1", journal=crashing)
    journal.replies, journal.unknown = crashing.replies, crashing.unknown
    simulator.world.advance(25 * 3600)  # the service has forgotten the tokens
    once.recruit(opening, 20, token="s1", journal=journal)
    assert [hit.most for hit in simulator.world.hits.values()] == [9, 9, 2]


def test_a_lost_journal_does_not_make_hits_again(once, offer, simulator):
    opening = once.open(offer, token="s1", journal=MemoryJournal())
    for _ in range(2):
        postings = once.recruit(opening, 20, token="s1", journal=MemoryJournal())
    assert planned(simulator, 9, 9, 2)
    assert [one.reference for one in postings] == list(simulator.world.hits)


def test_two_who_publish_at_once_make_one_set(open_panel, offer, simulator):
    from concurrent.futures import ThreadPoolExecutor

    panels = [open_panel(tries=tries) for tries in (3, 4)]
    opening = panels[0].open(offer, token="s1", journal=MemoryJournal())
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(one.recruit, opening, 40, token="s1", journal=MemoryJournal()) for one in panels]
        first, second = (future.result() for future in futures)
    assert [one.reference for one in first] == [one.reference for one in second]
    assert planned(simulator, 9, 9, 9, 9, 4)


def test_a_hit_that_is_not_listed_yet_is_found_by_the_id_in_the_message(once, journal, offer, simulator):
    simulator.world.hits_lag = 3600
    opening = once.open(offer, token="s1", journal=journal)
    simulator.faults.add(Fault("drop_after", HIT))
    once.recruit(opening, 9, token="s1", journal=journal)
    assert planned(simulator, 9)


def test_too_little_money_is_said_before_the_first_hit(once, journal, offer, simulator):
    opening = once.open(offer, token="s1", journal=journal)
    with pytest.raises(PanelRefused, match=r"needs 900\.00 USD and holds 500\.00.*Add funds"):
        once.recruit(opening, 1000, token="s1", journal=journal)
    assert simulator.world.hits == {}


def test_money_that_ends_at_hit_k_leaves_what_was_made_and_goes_on_later(once, journal, offer, simulator):
    opening = once.open(offer, token="s1", journal=journal)
    simulator.faults.add(Fault("no_funds", HIT, skip=2, times=2))
    for _ in range(2):
        with pytest.raises(PanelRefused, match="Add funds"):
            once.recruit(opening, 30, token="s1", journal=journal)
        assert len(simulator.world.hits) == 2
    once.recruit(opening, 30, token="s1", journal=journal)
    assert planned(simulator, 9, 9, 9, 3)


@pytest.mark.parametrize(
    ("kind", "repeats"), [*((kind, False) for kind in KINDS if kind != "no_funds"), *((kind, True) for kind in AFTER)]
)
def test_pay_moves_once(kind, repeats, open_panel, journal, offer, site, simulator):
    panel = open_panel(tries=2 if repeats else 1)
    (posting,) = panel.recruit(panel.open(offer, token="s1", journal=journal), 2, token="s1", journal=journal)
    take(site, posting.reference, "A1WORKER")
    take(site, posting.reference, "A2WORKER")
    first, second = only_status(panel, posting.reference).submissions
    for operation in ("ApproveAssignment", "SendBonus", "RejectAssignment"):
        simulator.faults.add(Fault(kind, operation))
    until_it_works(lambda: panel.approve(first, token="a", journal=journal))
    until_it_works(lambda: panel.reject(second, "No answer fits.", token="r", journal=journal))
    until_it_works(lambda: panel.bonus(first, usd("1.00"), "Thank you", token="b", journal=journal))
    until_it_works(lambda: panel.bonus(first, usd("1.00"), "Thank you", token="b2", journal=journal))
    assert [one.amount for one in simulator.world.bonuses] == [1, 1]
    assert simulator.world.paid == Decimal("2.75")
    assert [one.state for one in only_status(panel, posting.reference).submissions] == [State.APPROVED, State.REJECTED]
    assert simulator.world.balances()
    assert not journal.unknown


@pytest.mark.parametrize(
    ("kind", "repeats"), [*((kind, False) for kind in (*AFTER, "drop_before", "throttle")), ("drop_after", True)]
)
def test_extending_stopping_and_removing_happen_once(kind, repeats, open_panel, journal, offer, simulator):
    panel = open_panel(tries=2 if repeats else 1)
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 3, token="s1", journal=journal)
    for operation in ("CreateAdditionalAssignmentsForHIT", "UpdateExpirationForHIT", "DeleteHIT"):
        simulator.faults.add(Fault(kind, operation))
    until_it_works(lambda: panel.extend(opening, posting, 4, token="x", journal=journal))
    assert [hit.most for hit in simulator.world.hits.values()] == [7]
    until_it_works(lambda: panel.stop(posting.reference, token="stop", journal=journal))
    assert simulator.world.held == 0
    assert until_it_works(lambda: panel.close(posting.reference, token="c", journal=journal)).done
    assert simulator.world.hits[posting.reference].disposed
    assert not journal.unknown


def test_a_cut_list_is_read_again_and_never_taken_for_an_empty_one(once, journal, offer, site, simulator):
    (posting,) = once.recruit(once.open(offer, token="s1", journal=journal), 1, token="s1", journal=journal)
    take(site, posting.reference, "A1WORKER")
    simulator.faults.add(Fault("truncate", "ListAssignmentsForHIT", times=2))
    assert len(only_status(once, posting.reference).submissions) == 1
    simulator.faults.add(Fault("truncate", "ListHITs", times=3))
    with pytest.raises(PanelUnreachable, match="cut"):
        once.postings()


def test_a_call_whose_end_nobody_knows_is_looked_for_first(once, journal, offer, simulator):
    opening = once.open(offer, token="s1", journal=journal)
    simulator.faults.add(Fault("drop_after", HIT))
    simulator.faults.add(Fault("drop_before", "ListHITs"))
    with pytest.raises(PanelUnsure, match="looked up"):
        once.recruit(opening, 9, token="s1", journal=journal)
    assert len(journal.unknown) == 1
    once.recruit(opening, 9, token="s1", journal=journal)
    assert planned(simulator, 9)
    assert simulator.world.calls.count(HIT) == 1  # found, not sent again


def test_a_slow_service_is_waited_for(once, journal, offer, simulator):
    simulator.faults.add(Fault("latency", "CreateHITType", seconds=0.2))
    once.recruit(once.open(offer, token="s1", journal=journal), 9, token="s1", journal=journal)
    assert planned(simulator, 9)


def test_days_without_known_fees_are_refused(panel):
    with pytest.raises(PanelRefused, match="2015-01-01"):
        panel.ways(1, usd("1.00"), on=date(2015, 1, 1))


def test_a_refusal_after_a_lost_answer_is_not_taken_for_nothing_happened(open_panel, journal, offer, simulator):
    panel = open_panel(tries=2)
    opening = panel.open(offer, token="s1", journal=journal)
    simulator.faults.add(Fault("drop_after", HIT))
    simulator.faults.add(Fault("no_funds", HIT))
    panel.recruit(opening, 9, token="s1", journal=journal)
    assert planned(simulator, 9)
    assert journal.errors == []


def test_a_bonus_is_not_taken_for_an_equal_one_before(once, journal, offer, site, simulator):
    (posting,) = once.recruit(once.open(offer, token="s1", journal=journal), 1, token="s1", journal=journal)
    take(site, posting.reference, "A1WORKER")
    (submission,) = only_status(once, posting.reference).submissions
    once.bonus(submission, usd("1.00"), "Thank you", token="b1", journal=journal)
    simulator.faults.add(Fault("drop_before", "SendBonus"))
    once.bonus(submission, usd("1.00"), "Thank you", token="b2", journal=journal)
    assert len(simulator.world.bonuses) == 2
