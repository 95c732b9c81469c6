"""Whatever goes wrong on the way: nobody is paid twice."""

from __future__ import annotations

import pytest

from surveys.panels.base import MemoryJournal, PanelUnsure, State
from surveys.panels.prolific.simulator import Fault
from tests.panels.prolific.conftest import ANNE, BERT, COMPLETE, KINDS, REASON, gbp, only_status, until_it_works


@pytest.mark.parametrize("kind", KINDS)
def test_verdicts_fall_once(kind, once, journal, published, simulator, site):
    panel, posting = once, published[1]
    for who in (ANNE, BERT):
        site.take(posting.reference, who)
        site.complete(who, COMPLETE)
    first, second = only_status(panel, posting).submissions
    for skip in (0, 1):
        simulator.faults.add(Fault(kind, "transition_submission", skip=skip))
    until_it_works(lambda: panel.approve(first, token="a", journal=journal))
    until_it_works(lambda: panel.reject(second, REASON, category="OTHER", token="r", journal=journal))
    assert [one.state for one in only_status(panel, posting).submissions] == [State.APPROVED, State.REJECTED]
    assert simulator.world.paid == 120
    assert simulator.world.balances()
    assert not journal.unknown


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tries", [1, 3])
def test_a_bonus_that_is_set_up_in_vain_is_set_up_again_and_paid_once(
    kind, tries, open_panel, journal, submitted, simulator
):
    panel = open_panel(tries=tries)
    simulator.faults.add(Fault(kind, "set_up_bonus"))
    for token in ("b", "b", "b2"):  # two bonuses that are equal, one of them asked for twice
        until_it_works(lambda token=token: panel.bonus(submitted, gbp("1.00"), "so", token=token, journal=journal))
    assert sorted(bulk.paid for bulk in simulator.world.bulks.values() if bulk.paid) == [1, 1]
    assert simulator.world.paid == 200
    assert simulator.world.balances()
    assert not journal.unknown


@pytest.mark.parametrize("kind", ["drop_after", "error_after", "truncate", "throttle", "no_funds"])
@pytest.mark.parametrize("tries", [1, 3])
def test_a_bonus_whose_payment_got_no_answer_is_found_and_not_paid_again(
    kind, tries, open_panel, journal, submitted, simulator
):
    panel = open_panel(tries=tries)
    simulator.faults.add(Fault(kind, "pay_bonus"))
    for token in ("b", "b", "b2"):
        until_it_works(lambda token=token: panel.bonus(submitted, gbp("1.00"), "so", token=token, journal=journal))
    assert [bulk.paid for bulk in simulator.world.bulks.values()] == [1, 1]
    assert simulator.world.balances()
    assert not journal.unknown


@pytest.mark.parametrize("kind", ["drop_before", "error_before"])
def test_a_payment_that_nobody_can_know_of_is_never_sent_again_by_itself(kind, panel, journal, submitted, simulator):
    simulator.faults.add(Fault(kind, "pay_bonus"))
    for _ in range(3):
        with pytest.raises(PanelUnsure):
            panel.bonus(submitted, gbp("1.00"), "so", token="b", journal=journal)
    assert simulator.world.calls.count("pay_bonus") == 1
    assert simulator.world.paid == 0
    assert len(journal.unknown) == 1
    journal.unknown.clear()  # a person has looked, and says: not done
    panel.bonus(submitted, gbp("1.00"), "so", token="b", journal=journal)
    assert simulator.world.paid == 100


def test_a_bonus_that_is_not_seen_yet_is_waited_for_and_not_paid_again(panel, journal, submitted, simulator):
    simulator.world.bonus_lag = 300
    simulator.faults.add(Fault("drop_after", "pay_bonus"))
    for _ in range(2):
        with pytest.raises(PanelUnsure):
            panel.bonus(submitted, gbp("1.00"), "so", token="b", journal=journal)
    simulator.world.advance(301)
    panel.bonus(submitted, gbp("1.00"), "so", token="b", journal=journal)
    assert (simulator.world.paid, simulator.world.calls.count("pay_bonus")) == (100, 1)
    assert not journal.unknown


def test_a_crash_after_paying_is_found_by_the_next_process(panel, journal, submitted, simulator):
    class Crash(BaseException):
        pass

    class Crashing(MemoryJournal):
        def done(self, call, reply):
            if call.operation == "pay bonus":
                raise Crash
            super().done(call, reply)

    crashing = Crashing()
    with pytest.raises(Crash):
        panel.bonus(submitted, gbp("1.00"), "so", token="b", journal=crashing)
    journal.replies, journal.unknown = crashing.replies, crashing.unknown
    panel.bonus(submitted, gbp("1.00"), "so", token="b", journal=journal)
    assert simulator.world.paid == 100


@pytest.mark.parametrize("kind", KINDS)
def test_asking_to_return_happens_once(kind, once, journal, submitted, simulator):
    simulator.faults.add(Fault(kind, "request_return"))
    until_it_works(lambda: once.screen_out(submitted, gbp("0.20"), token="so", journal=journal))
    assert simulator.world.submission(submitted.assignment)[1].return_requested is not None
    assert simulator.world.paid == 20
