"""What lags, is refused, forgotten or removed at the simulator; addresses at which nobody is."""

from __future__ import annotations

import socket
from dataclasses import replace
from decimal import Decimal

import pytest

from surveys.panels.base import MemoryJournal, PanelBusy, PanelRefused, PanelUnreachable, PanelUnsure, State
from surveys.panels.mturk.panel import MTurk
from surveys.panels.mturk.simulator import Fault
from surveys.panels.mturk.simulator.operations import carry_out
from surveys.panels.mturk.wire import connect
from surveys.panels.mturk.words import in_words
from surveys.panels.mturk.workers import without_workers
from tests.panels.mturk.conftest import usd
from tests.panels.mturk.test_life import TODAY, only_status, take

A_DAY = 86_400


@pytest.fixture
def opening(once, offer, journal):
    return once.open(offer, token="s1", journal=journal)


@pytest.fixture
def posting(once, opening, journal):
    (made,) = once.recruit(opening, 3, token="s1", journal=journal)
    return made


def test_a_new_hit_is_changed_as_soon_as_it_may_be(once, opening, posting, journal, simulator):
    simulator.world.changes_lag = 0.1
    once.stop(posting.reference, token="stop", journal=journal)  # always possible
    once.extend(opening, posting, 2, token="x", journal=journal)
    assert [hit.most for hit in simulator.world.hits.values()] == [5]
    once.resume(opening, posting.reference, token="again", journal=journal)


def test_a_new_hit_that_cannot_be_changed_for_longer_is_left_for_later(once, opening, posting, journal, simulator):
    simulator.world.changes_lag = 60
    with pytest.raises(PanelBusy, match="made a moment ago"):
        once.extend(opening, posting, 2, token="x", journal=journal)
    assert once.close(posting.reference, token="c", journal=journal).waiting_for
    simulator.world.advance(61)
    once.extend(opening, posting, 2, token="x", journal=journal)
    assert once.close(posting.reference, token="c", journal=journal).done


def test_a_refusal_that_is_final_is_not_waited_for(once, opening, posting, journal, simulator):
    with pytest.raises(PanelRefused, match="can never have 10 or more"):
        once.extend(opening, replace(posting, places=10), 8, token="x", journal=journal)
    assert simulator.world.calls.count("CreateAdditionalAssignmentsForHIT") == 1


def test_a_clock_of_theirs_that_is_ahead_hides_no_new_hit(once, offer, opening, journal, simulator):
    simulator.world.advance(25 * 3600)
    simulator.world.changes_lag = 0.1
    (made,) = once.recruit(opening, 3, token="s2", journal=journal)
    once.extend(opening, made, 2, token="x", journal=journal)
    assert once.close(made.reference, token="c", journal=journal).done


def test_a_posting_that_is_open_is_kept_open_for_longer(once, offer, opening, posting, journal, simulator):
    simulator.faults.add(Fault("drop_before", "UpdateExpirationForHIT"))
    longer = replace(opening, offer=replace(offer, seconds_open=10 * A_DAY))
    once.resume(longer, posting.reference, token="longer", journal=journal)
    assert simulator.world.hits[posting.reference].expires_at > simulator.world.now() + 9 * A_DAY


def test_an_empty_page_is_no_success(once, posting, journal, site, simulator, monkeypatch):
    from surveys.panels.mturk.simulator import faults

    monkeypatch.setitem(faults.INSTEAD, "page", (200, b"", "text/html"))
    take(site, posting.reference, "A1WORKER")
    (one,) = only_status(once, posting.reference).submissions
    simulator.faults.add(Fault("page", "ApproveAssignment"))
    once.approve(one, token="a", journal=journal)
    assert simulator.world.paid == Decimal("0.75")


def test_work_that_cannot_be_judged_yet_is_judged_later(once, posting, journal, site, simulator):
    take(site, posting.reference, "A1WORKER")
    simulator.world.verdicts_lag = 420
    (one,) = only_status(once, posting.reference).submissions
    for act in (
        lambda: once.approve(one, token="a", journal=journal),
        lambda: once.reject(one, "No.", token="r", journal=journal),
        lambda: once.bonus(one, usd("1.00"), "Thanks", token="b", journal=journal),
    ):
        with pytest.raises(PanelBusy, match="some minutes"):
            act()
    simulator.world.advance(421)
    once.approve(one, token="a", journal=journal)
    once.bonus(one, usd("1.00"), "Thanks", token="b", journal=journal)
    assert simulator.world.paid == Decimal("1.75")
    assert not journal.unknown


@pytest.mark.parametrize("already", ["", "HIT {id} already exists", 'AWS says: "{id}"'])
def test_a_hit_that_is_there_is_found_without_its_id_in_the_message(already, once, opening, posting, simulator):
    simulator.world.already, simulator.world.already_code = already, "HITAlreadyExists"
    assert once.recruit(opening, 3, token="s1", journal=MemoryJournal()) == (posting,)


def test_forgotten_tokens_make_nothing_twice(once, opening, journal, simulator):
    simulator.world.hits_lag = 2 * A_DAY
    simulator.faults.add(Fault("drop_after", "CreateHITWithHITType"))
    simulator.faults.add(Fault("throttle", "CreateHITWithHITType", times=3))
    for _ in range(2):
        with pytest.raises(PanelUnsure, match="fewer requests"):
            once.recruit(opening, 3, token="s1", journal=journal)
    simulator.world.advance(2 * A_DAY + 1)
    (posting,) = once.recruit(opening, 3, token="s1", journal=journal)
    assert list(simulator.world.hits) == [posting.reference]


def test_a_bonus_whose_token_is_forgotten_is_not_paid_again(once, posting, journal, site, simulator):
    take(site, posting.reference, "A1WORKER")
    (one,) = only_status(once, posting.reference).submissions
    simulator.faults.add(Fault("drop_after", "SendBonus"))
    simulator.faults.add(Fault("drop_before", "ListBonusPayments"))
    with pytest.raises(PanelUnsure, match="looked up"):
        once.bonus(one, usd("1.00"), "Thanks", token="b", journal=journal)
    simulator.world.advance(2 * A_DAY)
    once.bonus(one, usd("1.00"), "Thanks", token="b", journal=journal)
    assert len(simulator.world.bonuses) == 1


def test_hits_that_were_removed_by_themselves_are_absent_and_closed(once, posting, journal, site, simulator):
    take(site, posting.reference, "A1WORKER")
    (one,) = only_status(once, posting.reference).submissions
    once.reject(one, "No.", token="r", journal=journal)
    simulator.world.advance(121 * A_DAY)
    assert once.status([posting.reference], on=TODAY) == ()
    assert once.close(posting.reference, token="c", journal=journal).done
    with pytest.raises(PanelRefused, match="30 days"):
        once.unreject(one, "Yes.", token="u", journal=journal)


def test_an_end_that_nobody_knows_of_is_settled_when_the_hit_is_gone(once, posting, journal, simulator):
    simulator.faults.add(Fault("drop_after", "UpdateExpirationForHIT"))
    simulator.faults.add(Fault("drop_before", "GetHIT"))
    with pytest.raises(PanelUnsure):
        once.close(posting.reference, token="c", journal=journal)
    simulator.world.advance(121 * A_DAY)
    assert once.close(posting.reference, token="c", journal=journal).done
    assert not journal.unknown


def test_a_rejection_is_taken_back_within_thirty_days_only(once, posting, journal, site, simulator):
    for worker in ("A1WORKER", "A2WORKER"):
        take(site, posting.reference, worker)
    first, second = only_status(once, posting.reference).submissions
    for one in (first, second):
        once.reject(one, "No.", token=f"r{one.assignment}", journal=journal)
    simulator.world.advance(29 * A_DAY)
    once.unreject(first, "Yes.", token="u1", journal=journal)
    simulator.world.advance(2 * A_DAY)
    with pytest.raises(PanelRefused, match="30 days"):
        once.unreject(second, "Yes.", token="u2", journal=journal)
    assert [one.state for one in only_status(once, posting.reference).submissions] == [State.APPROVED, State.REJECTED]


def test_the_name_of_a_deleted_qualification_is_reserved_for_two_days(once, offer, opening, simulator):
    (kind,) = simulator.world.qualifications
    carry_out(simulator.world, "DeleteQualificationType", {"QualificationTypeId": kind})
    with pytest.raises(PanelRefused, match="48 hours"):
        once.open(offer, token="s2", journal=MemoryJournal())
    simulator.world.advance(2 * A_DAY + 1)
    assert once.open(offer, token="s2", journal=MemoryJournal()).details["qualification"] != kind


def test_a_list_whose_token_was_used_up_is_begun_again(once, opening, journal, simulator):
    once.recruit(replace(opening, offer=replace(opening.offer, most=1)), 150, token="s1", journal=journal)
    real = once.wire.call
    tokens = iter(["of another query"])

    def call(operation, **parameters):
        if "NextToken" in parameters:
            parameters["NextToken"] = next(tokens, parameters["NextToken"])
        return real(operation, **parameters)

    once.wire.call = call
    try:
        assert len({one.reference for one in once.postings()}) == len(once.postings()) == 150
    finally:
        del once.wire.call


def test_retries_that_are_used_up_are_a_busy_service(open_panel, simulator):
    panel = open_panel(tries=2, adaptive=True)
    simulator.faults.add(Fault("throttle", times=2))
    with pytest.raises(PanelBusy, match="Wait a minute"):
        panel.funds()
    assert simulator.world.calls == ["GetAccountBalance"] * 2


def test_nobody_at_an_address_is_said_soon(environment):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    panel = MTurk(connect(endpoint=address, adaptive=False))
    with pytest.raises(PanelUnreachable, match="refuses connections"):
        panel.funds()
    assert panel.wire.requests.total() == 4


def test_https_where_there_is_none_is_said(simulator):
    with pytest.raises(PanelUnreachable, match="encryption"):
        MTurk(connect(endpoint=simulator.url.replace("http:", "https:"), tries=1)).funds()


def test_too_many_requests_is_busy_whatever_the_words():
    said = {"Error": {"Code": "X", "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 429}}
    assert isinstance(in_words(said, "GetHIT"), PanelBusy)


@pytest.mark.parametrize("name", ["AWORKER", "a143, a144", "A1"])
def test_a_worker_id_of_any_kind_is_not_repeated(name):
    assert name not in without_workers(f'The value "{name}" is not valid for the parameter WorkerId.')
    assert name not in without_workers(f"Value '{name}' at 'workerId' failed to satisfy constraint")
