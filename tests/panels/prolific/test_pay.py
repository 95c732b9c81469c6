"""Verdicts, pay, and what they cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from surveys.panels.base import Can, MemoryJournal, PanelRefused, State
from surveys.panels.prolific.drafts import ScreenOut
from tests.panels.prolific.conftest import (
    ANNE,
    BERT,
    EACH,
    REASON,
    SCREENED_OUT,
    TODAY,
    gbp,
    only_status,
)


def test_a_rejection_frees_the_place_and_can_be_taken_back(panel, journal, published, submitted, simulator):
    panel.reject(submitted, REASON, category="LOW_EFFORT", token="r", journal=journal)
    status = only_status(panel, published[1])
    assert status.submissions[0].state is State.REJECTED
    assert status.places_free == 3
    panel.unreject(submitted, "We were wrong.", token="u", journal=journal)
    assert only_status(panel, published[1]).submissions[0].state is State.APPROVED
    assert simulator.world.paid == 120
    assert simulator.world.balances()


def test_what_was_approved_before_is_done(panel, published, submitted, simulator):
    for token in ("a1", "a2"):
        panel.approve(submitted, token=token, journal=MemoryJournal())
    assert simulator.world.paid == 120


def test_nobody_decides_what_is_somebody_elses(panel, journal, submitted):
    with pytest.raises(PanelRefused) as refused:
        panel.reject(replace(submitted, assignment="f" * 24), REASON, category="NO_DATA", token="r", journal=journal)
    assert submitted.person not in str(refused.value)


def test_after_21_days_it_approves_itself(panel, published, submitted, simulator):
    simulator.world.advance(21 * 86_400 + 1)
    assert only_status(panel, published[1]).submissions[0].state is State.APPROVED


def test_compensation_is_a_bonus_on_what_they_began(panel, journal, published, simulator, site):
    one = site.take(published[1].reference, ANNE)
    site.return_(one.id)
    arguments = (published[0], ANNE, gbp("0.60"), "The page broke.")
    assert panel.compensate(*arguments, url="", token="k", journal=journal) is None
    assert [cents for _, cents in one.bonuses] == [60]
    with pytest.raises(PanelRefused, match="not on its list") as refused:
        panel.compensate(published[0], BERT, gbp("0.60"), "so", url="", token="k2", journal=journal)
    assert BERT not in str(refused.value)
    assert simulator.world.balances()


def test_without_pay_by_the_service_who_is_not_eligible_gets_a_bonus_and_is_asked_to_return(
    panel, journal, published, simulator, site
):
    site.take(published[1].reference, ANNE)
    one = site.complete(ANNE, SCREENED_OUT)
    (submission,) = only_status(panel, published[1]).submissions
    for _ in range(2):
        panel.screen_out(submission, gbp("0.20"), token="so", journal=journal)
    assert [cents for _, cents in one.bonuses] == [20]
    assert one.return_requested is not None
    assert simulator.world.calls.count("request_return") == 1


def test_the_service_pays_who_is_not_eligible_and_the_place_opens_again(open_panel, journal, offer, simulator, site):
    panel = open_panel(screen_out=ScreenOut(gbp("0.20"), 1))
    (posting,) = panel.recruit(panel.open(offer, token="s1", journal=journal), 2, token="s1", journal=journal)
    assert simulator.world.held == 2 * EACH + 29
    site.take(posting.reference, ANNE)
    site.complete(ANNE, SCREENED_OUT)
    status = only_status(panel, posting)
    assert status.submissions[0].state is State.SCREENED_OUT
    assert status.cost == gbp("0.29")
    panel.screen_out(status.submissions[0], gbp("0.20"), token="so", journal=journal)
    assert simulator.world.paid == 20
    assert simulator.world.studies[posting.reference].status() == "PAUSED"  # its one place for this is used
    assert simulator.world.balances()


def test_the_balance_is_told(panel, published):
    funds = panel.funds()
    assert (funds.available, funds.on_hold) == (gbp("494.87"), gbp("5.13"))


def test_the_price_is_said_without_asking_anybody(open_panel, simulator):
    (way,) = open_panel(fees="academic + VAT 20").ways(10, gbp("1.20"), on=TODAY)
    assert (way.most, way.postings, way.price.total) == (0, 1, gbp("16.80"))  # 1.20 + 0.40 + 0.08
    assert simulator.world.calls == []


def test_prices_and_abilities(panel):
    assert panel.abilities == set(Can)
    assert panel.fee(gbp("1.20"), places=3, on=TODAY).amount == Decimal("0.51")
    assert panel.bonus_fee(gbp("0.50"), on=TODAY).amount == Decimal("0.21")
