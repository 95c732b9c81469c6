"""What goes wrong before or instead of a call, in words with a remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surveys.panels.base import (
    ArrivalRefused,
    Code,
    Eligibility,
    MemoryJournal,
    PanelBusy,
    PanelRefused,
    PanelUnreachable,
    PanelUnsure,
    Redirect,
    State,
)
from surveys.panels.prolific.connection import connect
from surveys.panels.prolific.door import Door
from surveys.panels.prolific.drafts import ScreenOut, with_placeholders
from surveys.panels.prolific.environments import identify
from surveys.panels.prolific.filters import filters_for
from surveys.panels.prolific.names import internal_name, part, tokens_of
from surveys.panels.prolific.readings import state_of
from surveys.panels.prolific.simulator import Simulator
from surveys.panels.prolific.simulator.account import FILTERS
from surveys.panels.prolific.words import Gone, InAnotherState, in_words
from surveys.panels.prolific.work import CATEGORIES
from tests.panels.prolific.conftest import ANNE, gbp
from tests.panels.prolific.test_life import REASON

QUERY = {"PROLIFIC_PID": ANNE, "STUDY_ID": "5e" * 12, "SESSION_ID": "5d" * 12}


def funds(token="simulator-token", **settings):
    return connect(token, **{"tries": 1, "per_second": 5000, **settings}).funds()


# The connection


def test_a_wrong_token(simulator):
    with pytest.raises(PanelRefused, match=r"does not accept the token.*PROLIFIC_API_TOKEN") as refused:
        funds("wrong-token", base_url=simulator.url)
    assert "wrong-token" not in str(refused.value)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "köln"])
def test_a_token_that_is_none(token):
    with pytest.raises(PanelRefused, match="No token"):
        connect(token)


@pytest.mark.parametrize(
    "address",
    ["", "nowhere", "http://api.prolific.com", "https://a:b@api.prolific.com", "https://api.prolific.com/api/v1",
     "https://api.prolific.com?x=1", "ftp://127.0.0.1", "http://[", "https://x:y"],
)  # fmt: skip
def test_an_address_that_no_token_is_sent_to(address):
    with pytest.raises(PanelRefused, match="PROLIFIC_API_URL"):
        connect("token", base_url=address)


def test_a_name_that_does_not_resolve():
    with pytest.raises(PanelUnreachable, match=r"does not resolve.*PROLIFIC_API_URL"):
        funds(base_url="https://prolific.invalid")


def test_an_address_that_no_longer_answers(offer):
    with Simulator() as gone:
        url = gone.url
    panel = connect("token", base_url=url, tries=2, per_second=5000, backoff_seconds=0.001)
    with pytest.raises(PanelUnreachable, match="refuses connections"):
        panel.funds()
    journal = MemoryJournal()
    with pytest.raises(PanelUnreachable):
        panel.open(offer, token="s1", journal=journal)
    assert not journal.unknown


def test_environments():
    found = identify("https://api.prolific.com/")
    assert (found.panel, found.name, found.live) == ("prolific", "production", True)
    assert (identify("http://127.0.0.1:8901").name, identify("http://127.0.0.1:8901").live) == ("127.0.0.1:8901", False)
    assert identify("https://prolific.example:444").live


def test_the_workspace_must_be_known(panel, simulator, monkeypatch):
    from surveys.panels.prolific.simulator import account

    monkeypatch.setattr(account, "WORKSPACE", "7" * 24)
    with pytest.raises(Gone, match="does not know this id"):
        funds(base_url=simulator.url, workspace="8" * 24)


# Errors of the service


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, {"error": {"status": 401, "error_code": 7, "title": "x", "detail": "d"}}, PanelRefused, "token"),
        (403, {"error": {"detail": "Not yours"}}, PanelRefused, "may not do this.*Not yours"),
        (404, {"error": {"detail": "x"}}, Gone, "does not know"),
        (402, None, PanelRefused, "does not hold enough"),
        (400, {"detail": "Your available balance is insufficient"}, PanelRefused, "Add funds"),
        (400, {"error": {"detail": {"reward": ["Too low.", "No."]}}}, PanelRefused, "reward: Too low., No."),
        (400, {"error": {"detail": "Study status must be ACTIVE"}}, InAnotherState, "Fetch the state"),
        (409, {}, InAnotherState, "409"),
        (422, {"error": "words"}, PanelRefused, "words"),
        (400, [1], PanelRefused, "400"),
        (418, None, PanelRefused, "418"),
        (500, None, PanelUnsure, "failed while"),
        (503, {"error": {"title": "Down"}}, PanelUnsure, "Down"),
    ],
)  # fmt: skip
def test_each_error_is_said_in_words(status, body, kind, said):
    error = in_words(status, body, "create study")
    assert type(error) is kind
    with pytest.raises(kind, match=said):
        raise error


def test_ids_and_secrets_are_never_repeated():
    detail = f"{ANNE} used C0DE in study {'ab' * 12}"
    said = str(in_words(400, {"error": {"detail": detail}}, "x", hide=("C0DE",)))
    assert ANNE not in said
    assert "C0DE" not in said
    assert "(an id) used (…) in study (an id)" in said


def test_a_long_message_is_cut():
    assert len(in_words(400, {"error": {"detail": "x" * 10_000}}, "y").what) < 600


# Offers


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


# Verdicts and pay


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


# The door


def test_who_arrives_is_read():
    arrival = Door(identify("https://api.prolific.com")).arrival({**QUERY, "utm": "x"})
    assert (arrival.person, arrival.posting, arrival.assignment) == tuple(QUERY[name] for name in QUERY)
    assert not arrival.preview


@pytest.mark.parametrize("name", list(QUERY))
@pytest.mark.parametrize(
    ("value", "said"),
    [("", "does not say"), ("{{%PROLIFIC_PID%}}", "not filled"), ("%7B", "not filled"), ("a" * 65, "not one that"),
     ("<script>", "not one that"), ("é" * 24, "not one that"), ("a\n", "not one that")],
)  # fmt: skip
def test_an_arrival_that_says_nobody(name, value, said):
    with pytest.raises(ArrivalRefused, match=said) as refused:
        Door(identify("https://api.prolific.com")).arrival({**QUERY, name: value})
    assert not value or value not in str(refused.value)


def test_who_has_finished_goes_back_with_the_code_of_that_end(panel, published, simulator):
    opening = published[0]
    live = Door(identify("https://api.prolific.com"))
    arrival = live.arrival(QUERY)
    for outcome, code in (("complete", "C0MPLETE"), ("", "C0MPLETE"), ("screened_out", "SCR33NED")):
        finish = live.finish(arrival, receipt_code="R", outcome=outcome, opening=opening)
        assert isinstance(finish, Redirect)
        assert finish.url == f"https://app.prolific.com/submissions/complete?cc={code}"
        assert code not in repr(finish)
    assert live.finish(arrival, receipt_code="R", outcome="fled", opening=opening) == Code("R")
    assert live.finish(arrival, receipt_code="R", outcome="complete", opening=None) == Code("R")
    elsewhere = Door(panel.environment, site="https://site.example/")
    address = "https://site.example/submissions/complete?cc=C0MPLETE"
    assert elsewhere.finish(arrival, receipt_code="R", opening=opening) == Redirect(address)


def test_a_code_cannot_break_out_of_the_address(published):
    opening = replace(published[0], offer=replace(published[0].offer, outcomes={"complete": "a&b=c #"}))
    door = Door(identify("https://api.prolific.com"))
    address = "https://app.prolific.com/submissions/complete?cc=a%26b%3Dc+%23"
    assert door.finish(door.arrival(QUERY), receipt_code="R", opening=opening) == Redirect(address)


# Names


def test_our_address_keeps_its_own_parameters():
    filled = "PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
    assert with_placeholders("https://x.example/a") == f"https://x.example/a?{filled}"
    assert with_placeholders("https://x.example/a?b=1#c") == f"https://x.example/a?b=1&{filled}#c"


def test_tokens_are_found_again_in_names():
    assert tokens_of(internal_name("a:1")) == ("a:1", "")
    assert tokens_of(internal_name("a:1", "b:2")) == ("a:1", "b:2")
    assert tokens_of("somebody's") == ("", "")
    assert len(part("x" * 64, "publish")) <= 64
    assert part("x" * 64, "a") != part("y" * 64, "a")


def test_a_service_that_is_busy_says_so():
    from surveys.panels.prolific.words import busy

    assert isinstance(busy(0), PanelBusy)
    assert "a minute" in busy(0).remedy
