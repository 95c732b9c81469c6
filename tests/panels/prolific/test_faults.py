"""Whatever goes wrong on the way: exactly the planned study, and every penny accounted for."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from surveys.panels.base import MemoryJournal, PanelBusy, PanelRefused, PanelUnreachable, PanelUnsure
from surveys.panels.prolific.simulator import Fault
from tests.panels.prolific.conftest import ANNE, EACH, KINDS, gbp, only_status, until_it_works

WRITES = ["create_study", "create_group", "update_study", "transition_study"]


def planned(simulator, places):
    (study,) = simulator.world.studies.values()
    assert (study.places, study.status()) == (places, "ACTIVE")
    assert simulator.world.held == places * EACH
    assert simulator.world.balances()
    return study


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", WRITES)
def test_one_study_is_made_and_published_once(operation, kind, once, journal, offer, simulator):
    panel = once
    simulator.faults.add(Fault(kind, operation))
    opening = until_it_works(lambda: panel.open(offer, token="s1", journal=journal))
    (posting,) = until_it_works(lambda: panel.recruit(opening, 5, token="s1", journal=journal))
    assert planned(simulator, 5).id == posting.reference
    assert len(simulator.world.groups) == 1
    assert not journal.unknown


@pytest.mark.parametrize("kind", ["drop_after", "error_before", "truncate", "throttle"])
@pytest.mark.parametrize("operation", ["get_study", "list_studies", "get_balance", "list_filters", "list_groups"])
def test_reads_that_fail_make_nothing_twice(operation, kind, panel, journal, offer, simulator):
    simulator.faults.add(Fault(kind, operation, times=2))
    opening = until_it_works(lambda: panel.open(offer, token="s1", journal=journal))
    until_it_works(lambda: panel.recruit(opening, 5, token="s1", journal=journal))
    assert planned(simulator, 5)


def test_every_write_fails_after_it_was_carried_out(once, journal, offer, simulator):
    for operation in WRITES:
        for kind in ("drop_after", "truncate", "error_after"):
            simulator.faults.add(Fault(kind, operation))
    opening = until_it_works(lambda: once.open(offer, token="s1", journal=journal))
    until_it_works(lambda: once.recruit(opening, 5, token="s1", journal=journal))
    assert planned(simulator, 5)
    assert not journal.unknown
    simulator.faults.clear()


@pytest.mark.parametrize("operation", ["create study", "publish study"])
def test_a_crash_before_it_is_written_down_makes_nothing_again(operation, once, journal, offer, simulator):
    class Crash(BaseException):
        pass

    class Crashing(MemoryJournal):
        def done(self, call, reply):
            if call.operation == operation:
                raise Crash  # made, and not written down
            super().done(call, reply)

    def order(written):
        opening = once.open(offer, token="s1", journal=written)
        return once.recruit(opening, 5, token="s1", journal=written)

    crashing = Crashing()
    with pytest.raises(Crash):
        order(crashing)
    journal.replies, journal.unknown = crashing.replies, crashing.unknown
    order(journal)
    assert planned(simulator, 5)


def test_a_lost_journal_does_not_make_a_study_again(once, offer, simulator):
    for _ in range(2):
        opening = once.open(offer, token="s1", journal=MemoryJournal())
        once.recruit(opening, 5, token="s1", journal=MemoryJournal())
    assert planned(simulator, 5)
    assert simulator.world.calls.count("create_study") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_wire_tries_again_by_itself_makes_nothing_twice(kind, panel, journal, offer, simulator):
    for operation in WRITES:
        simulator.faults.add(Fault(kind, operation))
    opening = until_it_works(lambda: panel.open(offer, token="s1", journal=journal), tries=8)
    until_it_works(lambda: panel.recruit(opening, 5, token="s1", journal=journal), tries=8)
    assert planned(simulator, 5)
    assert not journal.unknown


def test_two_who_publish_at_once_make_one_study(panel, once, offer, simulator):
    def order(one):
        journal = MemoryJournal()
        opening = one.open(offer, token="s1", journal=journal)
        return one.recruit(opening, 5, token="s1", journal=journal)[0].reference

    for _ in range(2):
        simulator.faults.add(Fault("latency", "create_study", seconds=0.05))  # both have looked, and found nothing
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(order, [panel, once])
    assert first == second == planned(simulator, 5).id


def test_a_reply_that_lacks_what_it_must_hold_is_not_believed(panel, published, simulator):
    del simulator.world.studies[published[1].reference].values["reward"]
    simulator.world.calls.clear()
    with pytest.raises(PanelUnreachable, match="cut, or is not Prolific's"):
        only_status(panel, published[1])
    assert simulator.world.calls.count("get_study") == 3
    simulator.world.studies.clear()


def test_too_little_money_is_said_before_anything_is_published(once, journal, offer, simulator):
    opening = once.open(offer, token="s1", journal=journal)
    with pytest.raises(PanelRefused, match=r"needs 684\.00 GBP and holds 500\.00 GBP.*Add funds"):
        once.recruit(opening, 400, token="s1", journal=journal)
    (study,) = simulator.world.studies.values()
    assert study.status() == "UNPUBLISHED"
    assert "transition_study" not in simulator.world.calls


def test_too_little_money_for_more_places_changes_nothing(panel, journal, published, simulator):
    with pytest.raises(PanelRefused, match=r"does not hold enough.*Add funds"):
        panel.extend(*published, 400, token="x", journal=journal)
    assert planned(simulator, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_growing_pausing_and_stopping_happen_once(kind, once, journal, published, simulator):
    panel, (opening, posting) = once, published
    simulator.faults.add(Fault(kind, "update_study"))
    until_it_works(lambda: panel.extend(opening, posting, 4, token="x", journal=journal))
    assert planned(simulator, 7)
    for skip in (0, 1, 2):
        simulator.faults.add(Fault(kind, "transition_study", skip=skip))
    until_it_works(lambda: panel.pause(posting.reference, token="p", journal=journal))
    until_it_works(lambda: panel.resume(opening, posting.reference, token="r", journal=journal))
    until_it_works(lambda: panel.stop(posting.reference, token="st", journal=journal))
    assert simulator.world.held == 0
    assert until_it_works(lambda: panel.close(posting.reference, token="c", journal=journal)).done
    assert not journal.unknown


@pytest.mark.parametrize("kind", KINDS)
def test_deleting_a_draft_happens_once(kind, once, journal, offer, simulator):
    opening = once.open(offer, token="s1", journal=journal)
    simulator.faults.add(Fault(kind, "delete_study"))
    assert until_it_works(lambda: once.close(opening.reference, token="c", journal=journal)).done
    assert simulator.world.studies == {}


@pytest.mark.parametrize("kind", KINDS)
def test_who_took_part_is_remembered(kind, once, journal, published, simulator):
    simulator.faults.add(Fault(kind, "add_to_group"))
    until_it_works(lambda: once.began(published[0], ANNE, token="g", journal=journal))
    (group,) = simulator.world.groups.values()
    assert group.members == {ANNE}


def test_the_service_is_waited_for_as_long_as_it_asks(panel, simulator):
    simulator.faults.add(Fault("throttle", "get_balance", times=2, seconds=0.05))
    assert panel.funds().available == gbp("500.00")


def test_a_wait_that_is_too_long_is_said_at_once(panel, simulator):
    simulator.faults.add(Fault("throttle", "get_balance", seconds=3600))
    with pytest.raises(PanelBusy, match=r"fewer requests.*Wait 3600 seconds"):
        panel.funds()


def test_a_limit_of_the_service_is_lived_with(open_panel, journal, offer, simulator):
    panel = open_panel(tries=4)
    simulator.world.per_second = 8
    opening = panel.open(offer, token="s1", journal=journal)
    panel.recruit(opening, 5, token="s1", journal=journal)
    simulator.world.per_second = 0
    assert planned(simulator, 5)


def test_a_cut_list_is_never_taken_for_an_empty_one(panel, published, submitted, simulator):
    simulator.faults.add(Fault("truncate", "list_submissions", times=2))
    assert len(only_status(panel, published[1]).submissions) == 1
    simulator.faults.add(Fault("truncate", "list_submissions", times=3))
    with pytest.raises(PanelUnreachable, match="cut"):
        only_status(panel, published[1])


def test_a_slow_service_is_waited_for_and_a_silent_one_is_not(open_panel, journal, offer, simulator):
    simulator.faults.add(Fault("latency", "create_study", seconds=0.1))
    panel = open_panel(tries=1, timeout_seconds=0.5)
    panel.open(offer, token="s1", journal=journal)
    simulator.faults.add(Fault("latency", "list_workspaces", seconds=0.7))
    with pytest.raises(PanelUnreachable, match="lost before an answer"):
        open_panel(tries=1, timeout_seconds=0.5, backoff_seconds=0.002).funds()


def test_a_write_that_times_out_is_looked_for(open_panel, journal, offer, simulator):
    panel = open_panel(tries=1, timeout_seconds=0.3)
    panel.funds()
    simulator.faults.add(Fault("latency", "create_study", seconds=0.5))
    with pytest.raises(PanelUnsure):
        panel.open(offer, token="s1", journal=Blind(simulator, "list_studies"))
    simulator.faults.clear()
    time.sleep(0.4)
    panel.open(offer, token="s1", journal=journal)
    assert len(simulator.world.studies) == 1


class Blind(MemoryJournal):
    """A journal whose first look after sending fails, so that the call ends unknown."""

    def __init__(self, simulator, operation):
        super().__init__()
        self._add = lambda: simulator.faults.add(Fault("error_before", operation, skip=1, times=1))

    def intend(self, call):
        if call.operation == "create study":
            self._add()
        return super().intend(call)
