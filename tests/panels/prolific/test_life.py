"""From opening to closing, against the simulator."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from surveys.panels.base import Eligibility, PanelRefused, Posting, State
from surveys.panels.prolific.drafts import least_allowed
from surveys.panels.prolific.simulator.refusals import Refusal
from tests.panels.prolific.conftest import (
    ANNE,
    BERT,
    CARL,
    COMPLETE,
    EACH,
    SCREENED_OUT,
    gbp,
    only_status,
)


def test_a_draft_is_seen_by_nobody(panel, journal, offer, simulator, site):
    opening = panel.open(offer, token="s1", journal=journal)
    (study,) = simulator.world.studies.values()
    assert (study.id, study.status()) == (opening.reference, "UNPUBLISHED")
    assert site.studies(ANNE) == []
    assert simulator.world.held == 0


def test_a_draft_says_what_the_offer_says(panel, journal, offer, simulator):
    panel.open(offer, token="s1", journal=journal)
    (study,) = simulator.world.studies.values()
    values = study.values
    assert (values["reward"], values["maximum_allowed_time"], values["estimated_completion_time"]) == (120, 60, 10)
    assert values["internal_name"] == "twicetold s1"
    assert values["external_study_url"] == (
        "https://study.example/join/prolific?survey=a&PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}"
        "&SESSION_ID={{%SESSION_ID%}}"
    )
    assert [(one["code"], one["code_type"], one["actions"]) for one in values["completion_codes"]] == [
        (COMPLETE, "COMPLETED", [{"action": "MANUALLY_REVIEW"}]),
        (SCREENED_OUT, "SCREENED_OUT", [{"action": "MANUALLY_REVIEW"}]),
    ]
    assert values["filters"] == [
        {"filter_id": "current-country-of-residence", "selected_values": ["0", "4"]},
        {"filter_id": "approval_rate", "selected_range": {"lower": 98, "upper": 100}},
        {"filter_id": "approval_numbers", "selected_range": {"lower": 500, "upper": 100_000}},
        {"filter_id": "participant_group_blocklist", "selected_values": list(simulator.world.groups)},
    ]


def test_a_time_that_is_not_known_is_the_longest_that_the_allowed_one_permits(panel, journal, offer, simulator):
    panel.open(replace(offer, seconds_expected=0), token="s1", journal=journal)
    (study,) = simulator.world.studies.values()
    expected = study.values["estimated_completion_time"]
    assert least_allowed(expected) <= 60 < least_allowed(expected + 1)


def test_a_whole_life(panel, journal, offer, simulator, site, published):
    opening, posting = published
    assert simulator.world.held == 3 * EACH
    assert (posting.places, posting.token, posting.opening) == (3, "s1", opening.reference)
    one = site.take(posting.reference, ANNE)
    address = urlsplit(site.address(one.id))
    query = dict(parse_qsl(address.query))
    assert query["survey"] == "a"
    arrival = panel.arrival(query)
    assert (arrival.person, arrival.assignment, arrival.posting) == (ANNE, one.id, posting.reference)
    finish = panel.finish(arrival, receipt_code="R-7", outcome="complete", opening=opening)
    assert finish.url == f"{simulator.url}/submissions/complete?cc={COMPLETE}"
    assert httpx.get(finish.url, cookies={"participant": ANNE}).status_code == 200
    status = only_status(panel, posting)
    (submission,) = status.submissions
    assert (submission.person, submission.state, submission.receipt_code) == (ANNE, State.SUBMITTED, COMPLETE)
    assert submission.approved_by_itself_at == submission.submitted_at + timedelta(days=21)
    assert (status.cost, status.liability) == (gbp("0.00"), gbp("5.13"))
    assert (status.open, status.places, status.places_free) == (True, 3, 2)
    panel.approve(submission, token="ap1", journal=journal)
    panel.bonus(submission, gbp("0.50"), "Careful answers", token="b1", journal=journal)
    status = only_status(panel, posting, bonuses=True)
    assert status.submissions[0].state is State.APPROVED
    assert [(paid.assignment, paid.amount) for paid in status.bonuses] == [(one.id, gbp("0.50"))]
    assert (status.cost, status.liability) == (gbp("2.42"), gbp("3.42"))  # 1.20 + 0.51, 0.50 + 0.21
    assert panel.close(posting.reference, token="c1", journal=journal).done
    assert simulator.world.studies[posting.reference].status() == "COMPLETED"
    assert simulator.world.held == 0
    assert simulator.world.balances()
    assert not journal.unknown


def test_a_browser_takes_part_and_comes_back(published, simulator):
    with httpx.Client(base_url=simulator.url) as browser:
        listed = browser.get(f"/site/?participant={ANNE}")
        assert "How alike are two pictures?" in listed.text
        sent = browser.post("/site/take", data={"study": published[1].reference, "participant": ANNE})
        assert sent.status_code == 302
        assert f"PROLIFIC_PID={ANNE}" in sent.headers["Location"]
        assert "is under way" in browser.get("/site/").text
        assert "AWAITING REVIEW" in browser.get("/submissions/complete", params={"cc": COMPLETE}).text
        assert browser.get("/submissions/complete", params={"cc": COMPLETE}).status_code == 404


def test_who_has_no_code_waits_for_a_verdict_too(panel, published, site):
    site.take(published[1].reference, ANNE)
    site.complete(ANNE)
    (found,) = only_status(panel, published[1]).submissions
    assert (found.state, found.receipt_code) == (State.SUBMITTED, "NOCODE")


def test_places_that_come_back_go_to_others_and_are_never_more_than_planned(panel, published, simulator, site):
    posting = published[1]
    first = site.take(posting.reference, ANNE)
    site.take(posting.reference, BERT)
    site.take(posting.reference, CARL)
    with pytest.raises(Refusal, match="no places"):
        site.take(posting.reference, "d" * 24)
    site.return_(first.id)
    assert only_status(panel, posting).places_free == 1
    simulator.world.advance(61 * 60)
    status = only_status(panel, posting)
    assert [one.state for one in status.submissions] == [State.RETURNED, State.TIMED_OUT, State.TIMED_OUT]
    assert (status.places, status.places_free) == (3, 3)
    for number in range(3):
        site.take(posting.reference, f"{number}" * 24)
    assert only_status(panel, posting).places_free == 0
    assert simulator.world.held == 3 * EACH
    with pytest.raises(Refusal, match="no places"):
        site.take(posting.reference, ANNE)


def test_who_gave_a_place_back_does_not_get_another(published, site):
    site.return_(site.take(published[1].reference, ANNE).id)
    with pytest.raises(Refusal, match="before"):
        site.take(published[1].reference, ANNE)


def test_a_pause_lets_nobody_in_until_it_is_over(panel, journal, published, site):
    opening, posting = published
    panel.pause(posting.reference, token="p1", journal=journal)
    assert not only_status(panel, posting).open
    with pytest.raises(Refusal, match="no places"):
        site.take(posting.reference, ANNE)
    panel.resume(opening, posting.reference, token="r1", journal=journal)
    assert site.take(posting.reference, ANNE)


def test_who_is_at_it_when_it_stops_may_finish_and_is_paid(panel, journal, published, simulator, site):
    posting = published[1]
    site.take(posting.reference, ANNE)
    panel.stop(posting.reference, token="st", journal=journal)
    assert simulator.world.held == EACH
    assert panel.close(posting.reference, token="c", journal=journal).waiting_for == "1 who are at it"
    site.complete(ANNE, COMPLETE)
    assert panel.close(posting.reference, token="c", journal=journal).waiting_for == "1 who wait for a verdict"
    (submission,) = only_status(panel, posting).submissions
    panel.approve(submission, token="a", journal=journal)
    assert panel.close(posting.reference, token="c", journal=journal).done
    assert simulator.world.available == 50_000 - EACH


def test_a_study_whose_places_are_used_is_left_alone_by_stop(panel, journal, published, site):
    posting = published[1]
    for who in (ANNE, BERT, CARL):
        site.take(posting.reference, who)
        site.complete(who, COMPLETE)
    panel.stop(posting.reference, token="st", journal=journal)
    panel.pause(posting.reference, token="p", journal=journal)
    assert not only_status(panel, posting).open
    assert panel.close(posting.reference, token="c", journal=journal).waiting_for == "3 who wait for a verdict"


def test_a_draft_that_nobody_needs_is_deleted(panel, journal, offer, simulator):
    opening = panel.open(offer, token="s1", journal=journal)
    assert panel.close(opening.reference, token="c", journal=journal).done
    assert simulator.world.studies == {}
    assert panel.close(opening.reference, token="c2", journal=journal).done


def test_places_are_added_and_a_stopped_study_recruits_again(panel, journal, published, simulator):
    opening, posting = published
    (grown,) = panel.extend(opening, posting, 4, token="x1", journal=journal)
    assert panel.extend(opening, posting, 4, token="x1", journal=journal) == (grown,)
    assert grown.places == simulator.world.studies[posting.reference].places == 7
    panel.stop(posting.reference, token="st", journal=journal)
    panel.extend(opening, grown, 1, token="x2", journal=journal)
    status = only_status(panel, posting)
    assert (status.open, status.places) == (True, 8)


def test_an_offer_is_published_under_one_token_only(panel, journal, published, simulator):
    heard: list[Posting] = []
    again = panel.recruit(published[0], 3, token="s1", journal=journal, heard=heard.append)
    assert again == tuple(heard) == (published[1],)
    with pytest.raises(PanelRefused, match="published before"):
        panel.recruit(published[0], 3, token="s2", journal=journal)
    assert simulator.world.studies[published[1].reference].places == 3


def test_who_began_once_sees_nothing_of_it_again(panel, journal, offer, published, site):
    panel.began(published[0], ANNE, token="g1", journal=journal)
    second = panel.open(offer, token="s2", journal=journal)
    (posting,) = panel.recruit(second, 1, token="s2", journal=journal)
    assert site.studies(ANNE) == []
    assert posting.reference in [study.id for study in site.studies(BERT)]
    assert ANNE not in repr(journal.calls)


def test_without_once_nobody_is_remembered(panel, journal, offer, simulator):
    offer = replace(offer, eligibility=Eligibility())
    opening = panel.open(offer, token="s1", journal=journal)
    panel.began(opening, ANNE, token="g1", journal=journal)
    assert simulator.world.groups == {}


@pytest.mark.parametrize("unfit", [{"country": "Germany"}, {"approval_rate": 97}, {"approvals": 499}])
def test_who_does_not_meet_the_requirements_sees_nothing(unfit, published, site, simulator):
    for name, value in unfit.items():
        setattr(simulator.world.participant(ANNE), name, value)
    assert site.studies(ANNE) == []
