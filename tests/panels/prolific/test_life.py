"""From opening to closing, against the simulator."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from surveys.panels.base import Can, Eligibility, MemoryJournal, PanelRefused, Posting, State
from surveys.panels.prolific.drafts import ScreenOut, least_allowed
from surveys.panels.prolific.simulator import routes
from surveys.panels.prolific.simulator.records import Submission
from surveys.panels.prolific.simulator.refusals import Refusal
from surveys.panels.prolific.simulator.world import PROJECT
from tests.panels.prolific.conftest import (
    ANNE,
    BERT,
    CARL,
    COMPLETE,
    EACH,
    SCREENED_OUT,
    TODAY,
    gbp,
    only_status,
)

REASON = "Every one of the fifteen ratings is the same, and each was given less than half a second after its picture."


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


def test_more_than_a_hundred_submissions_are_read_to_the_last(panel, journal, offer, simulator, site):
    simulator.reset(type(simulator.world)(100_000, seed=2))
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 250, token="s1", journal=journal)
    for number in range(230):
        simulator.site.take(posting.reference, f"{number:024d}")
        simulator.site.complete(f"{number:024d}", COMPLETE)
    status = only_status(panel, posting)
    assert len({one.assignment for one in status.submissions}) == 230
    assert status.places_free == 20


@pytest.mark.parametrize("most", [20, 30, 1000])
def test_pages_may_be_smaller_than_asked_for(most, panel, published, simulator, monkeypatch):
    monkeypatch.setattr(routes, "MOST_IN_A_PAGE", most)
    (study,) = simulator.world.studies.values()
    for number in range(60):
        one = Submission(f"{number:024d}", study.id, f"{number:024d}", "RETURNED", 0, 0)
        study.submissions[one.id] = one
    assert len(only_status(panel, published[1]).submissions) == 60


def test_more_studies_than_fit_a_page_are_each_listed_once(panel, open_panel, published, simulator):
    (study,) = simulator.world.studies.values()
    for number in range(149):
        simulator.world.studies[f"{number:024d}"] = replace(study, id=f"{number:024d}")
    for one in (panel, open_panel(project=PROJECT)):
        assert len({posting.reference for posting in one.postings()}) == len(one.postings()) == 150
    simulator.world.studies.clear()


def test_what_the_account_has_is_listed_ours_or_not(panel, open_panel, journal, published, simulator):
    (study,) = simulator.world.studies.values()
    foreign = replace(study, id="e" * 24, values={**study.values, "internal_name": "somebody's"})
    simulator.world.studies[foreign.id] = foreign
    listed = panel.postings()
    assert [(one.reference, one.token, one.places) for one in listed] == [(study.id, "s1", 3), ("e" * 24, "", 3)]
    assert open_panel(project=PROJECT).postings() == listed


def test_what_the_service_no_longer_has_is_absent(panel, published):
    (found,) = panel.status(["f" * 24, published[1].reference], on=TODAY)
    assert found.posting == published[1].reference


def test_the_balance_is_told(panel, published):
    funds = panel.funds()
    assert (funds.available, funds.on_hold) == (gbp("494.87"), gbp("5.13"))


def test_the_price_is_said_without_asking_anybody(open_panel, simulator):
    (way,) = open_panel(fees="academic + VAT 20").ways(10, gbp("1.20"), on=TODAY)
    assert (way.most, way.postings, way.price.total) == (0, 1, gbp("16.80"))  # 1.20 + 0.40 + 0.08
    assert simulator.world.calls == []


def test_abilities(panel):
    assert panel.abilities == set(Can)
    assert panel.fee(gbp("1.20"), places=3, on=TODAY).amount == Decimal("0.51")
    assert panel.bonus_fee(gbp("0.50"), on=TODAY).amount == Decimal("0.21")
