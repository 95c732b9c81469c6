"""What goes wrong before or instead of a call, in words with a remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surveys.panels.base import (
    Eligibility,
    PanelRefused,
    PanelUnreachable,
    State,
)
from surveys.panels.prolific.drafts import ScreenOut
from surveys.panels.prolific.filters import filters_for
from surveys.panels.prolific.readings import state_of
from surveys.panels.prolific.simulator.account import FILTERS
from surveys.panels.prolific.words import Gone, InAnotherState
from surveys.panels.prolific.work import CATEGORIES
from tests.panels.prolific.conftest import ANNE, QUERY, REASON, gbp


def test_what_cannot_be_promised_is_refused_and_nothing_is_made(panel, journal, offer, simulator):
    for wanted, said in [
        (Eligibility(countries=("FR",)), "no participants in “FR”"),
        (Eligibility(countries=("XX",)), "no participants in “XX”"),
        (Eligibility(approval_percent_at_least=101), "from 0 to 100, not 101"),
    ]:
        with pytest.raises(PanelRefused, match=said):
            panel.open(replace(offer, eligibility=wanted), token="s1", journal=journal)
    assert simulator.world.studies == simulator.world.groups == {}


def test_filters_that_the_service_does_not_list_are_refused():
    for wanted, said in [
        (Eligibility(countries=("GB",)), "country"),
        (Eligibility(approval_percent_at_least=98), "approval rate"),
        (Eligibility(approvals_at_least=5), "number of approvals"),
    ]:
        with pytest.raises(PanelRefused, match=f"by their {said}"):
            filters_for(wanted, [])
    assert filters_for(Eligibility(), FILTERS) == []


@pytest.mark.parametrize("outcomes", [{}, {"screened_out": "A"}, {"complete": " "}, {"complete": "A", "other": "A"}])
def test_codes_that_do_not_tell_outcomes_apart(outcomes, panel, journal, offer):
    with pytest.raises(PanelRefused, match="one code for each outcome"):
        panel.open(replace(offer, outcomes=outcomes), token="s1", journal=journal)


@pytest.mark.parametrize(
    "change",
    [{"seconds_allowed": 1200, "seconds_expected": 600}, {"seconds_allowed": 240, "seconds_expected": 0},
     {"seconds_allowed": 200_000}],
)  # fmt: skip
def test_times_that_prolific_does_not_allow(change, panel, journal, offer):
    with pytest.raises(PanelRefused, match="Prolific allows from"):
        panel.open(replace(offer, **change), token="s1", journal=journal)


@pytest.mark.parametrize("change", [{"reward": gbp("0.00")}, {"reward": gbp("0.005")}])
def test_a_reward_that_is_none(change, panel, journal, offer):
    with pytest.raises(PanelRefused, match="whole cents"):
        panel.open(replace(offer, **change), token="s1", journal=journal)


def test_another_currency_than_the_workspaces(panel, journal, offer):
    with pytest.raises(PanelRefused, match="pays in GBP"):
        panel.open(replace(offer, reward=replace(offer.reward, currency="USD")), token="s1", journal=journal)


@pytest.mark.parametrize("screen_out", [ScreenOut(gbp("1.20"), 5), ScreenOut(gbp("0.20"), 0)])
def test_pay_for_the_ineligible_that_is_no_less_than_the_reward(screen_out, open_panel, journal, offer):
    with pytest.raises(PanelRefused, match="less than the reward"):
        open_panel(screen_out=screen_out).open(offer, token="s1", journal=journal)


def test_no_places(panel, journal, published):
    for places in (0, -1):
        with pytest.raises(PanelRefused, match="are none"):
            panel.recruit(published[0], places, token="s9", journal=journal)
        with pytest.raises(PanelRefused, match="are none"):
            panel.extend(*published, places, token="s9", journal=journal)


def test_an_unknown_study(panel, journal, published, simulator):
    simulator.world.studies.clear()
    for call in (
        lambda: panel.pause("f" * 24, token="p", journal=journal),
        lambda: panel.recruit(replace(published[0], reference="f" * 24), 1, token="q", journal=journal),
    ):
        with pytest.raises(Gone, match="does not know this id"):
            call()


def test_a_draft_cannot_be_resumed(panel, journal, offer):
    opening = panel.open(offer, token="s1", journal=journal)
    with pytest.raises(InAnotherState, match="UNPUBLISHED"):
        panel.resume(opening, opening.reference, token="r", journal=journal)


@pytest.mark.parametrize(
    ("reason", "category", "said"),
    [(REASON, "", "one of its own categories"), (REASON, "BORING", "TOO_QUICKLY"),
     ("Bad.", "OTHER", "has 4 characters"), (" " * 200, "OTHER", "has 0 characters")],
)  # fmt: skip
def test_a_rejection_that_prolific_would_not_take_is_not_sent(
    reason, category, said, panel, journal, submitted, simulator
):
    with pytest.raises(PanelRefused, match=said):
        panel.reject(submitted, reason, category=category, token="r", journal=journal)
    assert "transition_submission" not in simulator.world.calls
    assert len(CATEGORIES) == 12


def test_what_has_another_verdict_is_not_judged_again(panel, journal, submitted):
    panel.approve(submitted, token="a", journal=journal)
    with pytest.raises(InAnotherState, match=r"APPROVED.*Fetch the state"):
        panel.reject(submitted, REASON, category="OTHER", token="r", journal=journal)


def test_a_bonus_for_a_submission_of_another_study(panel, journal, offer, submitted):
    other = panel.open(offer, token="s2", journal=journal)
    with pytest.raises(PanelRefused, match="did not take part") as refused:
        panel.bonus(replace(submitted, posting=other.reference), gbp("1.00"), "so", token="b", journal=journal)
    assert submitted.assignment not in str(refused.value)


def test_a_bonus_without_money_can_be_paid_later(panel, journal, submitted, simulator):
    with pytest.raises(PanelRefused, match="does not hold enough"):
        panel.bonus(submitted, gbp("900.00"), "so", token="b", journal=journal)
    simulator.world.deposited += 200_000
    simulator.world.available += 200_000
    panel.bonus(submitted, gbp("900.00"), "so", token="b", journal=journal)
    assert simulator.world.paid == 90_000


def test_nobody_is_named_in_what_is_written_down_or_shown(panel, journal, published, submitted):
    opening, _ = published
    panel.began(opening, ANNE, token="g", journal=journal)
    panel.approve(submitted, token="a", journal=journal)
    panel.bonus(submitted, gbp("1.00"), "so", token="b", journal=journal)
    panel.compensate(opening, ANNE, gbp("0.30"), "so", url="", token="k", journal=journal)
    written = repr([journal.calls, journal.replies, submitted, panel, panel.arrival(QUERY)])
    assert ANNE not in written
    assert "C0MPLETE" not in written


def test_an_unknown_state_is_not_guessed():
    with pytest.raises(PanelUnreachable, match="not known here"):
        state_of("FLYING")
    assert state_of("awaiting_review") is State.SUBMITTED
    assert state_of("TIMED-OUT") is state_of("TIMED_OUT") is State.TIMED_OUT
    assert state_of("RESERVED") is State.ACTIVE
