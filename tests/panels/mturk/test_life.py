"""From opening to removal, unmodified boto3 against the simulator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from surveys.panels.base import Can, PanelBusy, PanelRefused, Posting, State
from surveys.panels.mturk.simulator import Fault, refusals
from tests.panels.mturk.conftest import usd

TODAY = date(2026, 11, 1)


def take(site, hit, worker, code="R-1"):
    one = site.accept(hit, worker)
    site.submit({"assignmentId": one.id, "receipt_code": code})
    return one.id


def most(opening, places):
    """Return an opening whose postings have at most so many places; 0: all in one."""
    return replace(opening, offer=replace(opening.offer, most=places))


def only_status(panel, *postings, **more):
    (found,) = panel.status(postings, on=TODAY, **more)
    return found


def test_places_are_advertised_in_hits_of_at_most_nine(panel, journal, offer, simulator):
    opening = panel.open(offer, token="s1", journal=journal)
    postings = panel.recruit(opening, 20, token="s1", journal=journal)
    assert [one.places for one in postings] == [9, 9, 2]
    assert [hit.most for hit in simulator.world.hits.values()] == [9, 9, 2]
    assert {one.opening for one in postings} == {opening.reference}
    assert simulator.world.held == 20 * (Decimal("0.75") + Decimal("0.15"))


def test_who_advertises_hears_of_each_posting_as_it_is_made(once, journal, offer, simulator):
    opening = once.open(offer, token="s1", journal=journal)
    simulator.faults.add(Fault("no_funds", "CreateHITWithHITType", skip=1))
    heard: list[Posting] = []
    with pytest.raises(PanelRefused, match="does not hold enough"):
        once.recruit(opening, 20, token="s1", journal=journal, heard=heard.append)
    assert [one.places for one in heard] == [9]
    again = once.recruit(opening, 20, token="s1", journal=journal, heard=heard.append)
    assert [one.places for one in heard] == [9, 9, 9, 2]
    assert heard[0] == again[0]


def test_a_pause_lets_nobody_in_until_it_is_over(panel, journal, offer, simulator, site):
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 2, token="s1", journal=journal)
    panel.pause(posting.reference, token="s1:p1", journal=journal)
    with pytest.raises(refusals.Refusal, match="no more"):
        site.accept(posting.reference, "A1")
    panel.resume(opening, posting.reference, token="s1:r1", journal=journal)
    assert site.accept(posting.reference, "A1").worker == "A1"


def test_a_worker_is_framed_submits_and_is_paid(panel, journal, offer, simulator, site):
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 3, token="s1", journal=journal)
    one = site.accept(posting.reference, "A1WORKER")
    address = urlsplit(site.frame(one.id, simulator.url + "/"))
    query = dict(parse_qsl(address.query))
    assert (query["survey"], query["b"]) == ("a", "<1>")
    arrival = panel.arrival(query)
    assert (arrival.person, arrival.assignment, arrival.posting) == ("A1WORKER", one.id, posting.reference)
    finish = panel.finish(arrival, receipt_code="R-7")
    assert httpx.post(finish.url, data=finish.fields).status_code == 200
    status = only_status(panel, posting.reference)
    (submission,) = status.submissions
    assert (submission.person, submission.state, submission.receipt_code) == ("A1WORKER", State.SUBMITTED, "R-7")
    assert (status.cost, status.liability) == (usd("0.00"), usd("2.70"))
    panel.approve(submission, token="ap1", journal=journal)
    panel.bonus(submission, usd("0.50"), "Careful answers", token="b1", journal=journal)
    status = only_status(panel, posting.reference, bonuses=True)
    assert status.submissions[0].state is State.APPROVED
    assert status.cost == usd("1.50")  # 0.75 + 0.15, 0.50 + 0.10
    assert (simulator.world.paid, simulator.world.fees) == (Decimal("1.25"), Decimal("0.25"))
    assert simulator.world.balances()


def test_a_preview_names_nobody(panel, journal, offer, site, simulator):
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 1, token="s1", journal=journal)
    query = dict(parse_qsl(urlsplit(site.preview(posting.reference, "A1WORKER", simulator.url)).query))
    arrival = panel.arrival(query)
    assert arrival.preview
    assert (arrival.person, arrival.assignment) == ("", "")
    with pytest.raises(PanelRefused):
        panel.finish(arrival, receipt_code="R")


def test_who_began_once_sees_nothing_of_it_again(panel, journal, offer, site):
    opening = panel.open(offer, token="s1", journal=journal)
    first, second = panel.recruit(opening, 10, token="s1", journal=journal)
    site.accept(first.reference, "A1WORKER")
    assert len(site.discover("A1WORKER")) == 2
    panel.began(opening, "A1WORKER", token="g1", journal=journal)
    assert site.discover("A1WORKER") == []
    assert len(site.discover("A2WORKER")) == 2
    with pytest.raises(refusals.Refusal):
        site.accept(second.reference, "A1WORKER")


@pytest.mark.parametrize("unfit", [{"country": "FR"}, {"percent": 97}, {"approvals": 499}])
def test_who_does_not_meet_the_requirements_sees_nothing(unfit, panel, journal, offer, site, simulator):
    panel.recruit(panel.open(offer, token="s1", journal=journal), 1, token="s1", journal=journal)
    worker = simulator.world.worker("A9")
    for name, value in unfit.items():
        setattr(worker, name, value)
    assert site.discover("A9") == []


def test_an_assignment_id_goes_to_another_worker_after_a_return(panel, journal, offer, site):
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 1, token="s1", journal=journal)
    first = site.accept(posting.reference, "A1WORKER")
    site.give_back(first.id)
    assert take(site, posting.reference, "A2WORKER") == first.id
    (submission,) = only_status(panel, posting.reference).submissions
    assert submission.person == "A2WORKER"


def test_who_abandons_frees_the_slot(panel, journal, offer, site, simulator):
    (posting,) = panel.recruit(panel.open(offer, token="s1", journal=journal), 1, token="s1", journal=journal)
    site.accept(posting.reference, "A1WORKER")
    assert not only_status(panel, posting.reference).open
    simulator.world.advance(3601)
    assert only_status(panel, posting.reference).open


def test_what_nobody_judges_is_approved_when_we_said(panel, journal, offer, site, simulator):
    (posting,) = panel.recruit(panel.open(offer, token="s1", journal=journal), 1, token="s1", journal=journal)
    take(site, posting.reference, "A1WORKER")
    simulator.world.advance(172_799)
    assert only_status(panel, posting.reference).submissions[0].state is State.SUBMITTED
    simulator.world.advance(2)
    assert only_status(panel, posting.reference).submissions[0].state is State.APPROVED
    assert simulator.world.balances()


def test_a_rejection_keeps_its_reason_and_can_be_taken_back(panel, journal, offer, site, simulator):
    (posting,) = panel.recruit(panel.open(offer, token="s1", journal=journal), 1, token="s1", journal=journal)
    take(site, posting.reference, "A1WORKER")
    (submission,) = only_status(panel, posting.reference).submissions
    with pytest.raises(PanelRefused, match="reason"):
        panel.reject(submission, " ", token="r0", journal=journal)
    panel.reject(submission, "Both checks were missed.", token="r1", journal=journal)
    status = only_status(panel, posting.reference)
    assert (status.submissions[0].state, status.submissions[0].feedback) == (State.REJECTED, "Both checks were missed.")
    assert not status.open  # a rejection does not reopen the slot
    assert (status.liability, simulator.world.held) == (usd("0.00"), 0)
    with pytest.raises(PanelRefused):
        panel.approve(submission, token="r2", journal=journal)
    panel.unreject(submission, "We were wrong.", token="r3", journal=journal)
    assert only_status(panel, posting.reference).submissions[0].state is State.APPROVED
    assert simulator.world.balances()


def test_a_submission_that_is_not_seen_everywhere_yet_is_tried_later(panel, journal, offer, site, simulator):
    (posting,) = panel.recruit(panel.open(offer, token="s1", journal=journal), 1, token="s1", journal=journal)
    take(site, posting.reference, "A1WORKER")
    (submission,) = only_status(panel, posting.reference).submissions
    simulator.world.submissions_lag = 420
    assert only_status(panel, posting.reference).submissions == ()
    with pytest.raises(PanelBusy):
        panel.approve(submission, token="a1", journal=journal)
    simulator.world.advance(421)
    panel.approve(submission, token="a1", journal=journal)
    assert only_status(panel, posting.reference).submissions[0].state is State.APPROVED


def test_a_small_hit_is_filled_to_nine_and_the_rest_stands_beside_it(panel, journal, offer, simulator):
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 5, token="s1", journal=journal)
    changed = panel.extend(opening, posting, 7, token="x1", journal=journal)
    again = panel.extend(opening, posting, 7, token="x1", journal=journal)
    assert [one.places for one in changed] == [one.places for one in again] == [9, 3]
    assert [hit.most for hit in simulator.world.hits.values()] == [9, 3]


def test_a_large_hit_takes_all(panel, journal, offer, simulator):
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(most(opening, 0), 12, token="s1", journal=journal)
    panel.extend(opening, posting, 7, token="x1", journal=journal)
    assert [hit.most for hit in simulator.world.hits.values()] == [19]
    assert simulator.world.held == 19 * (Decimal("0.75") + Decimal("0.30"))


def test_extending_what_has_expired_opens_it_again(panel, journal, offer, simulator, site):
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 5, token="s1", journal=journal)
    panel.stop(posting.reference, token="stop", journal=journal)
    (found,) = panel.postings()
    panel.extend(opening, found, 2, token="x1", journal=journal)
    assert len(site.discover("A1")) == 1


def test_stopping_lets_nobody_new_in_and_shows_what_may_still_be_paid(panel, journal, offer, site):
    (posting,) = panel.recruit(panel.open(offer, token="s1", journal=journal), 5, token="s1", journal=journal)
    one = site.accept(posting.reference, "A1WORKER")
    panel.stop(posting.reference, token="stop", journal=journal)
    status = only_status(panel, posting.reference)
    assert (status.open, status.liability) == (False, usd("0.90"))
    assert site.discover("A2WORKER") == []
    site.submit({"assignmentId": one.id, "receipt_code": "R"})
    assert len(only_status(panel, posting.reference).submissions) == 1


def test_a_posting_is_removed_after_those_at_it_and_after_the_verdicts(panel, journal, offer, site, simulator):
    (posting,) = panel.recruit(panel.open(offer, token="s1", journal=journal), 5, token="s1", journal=journal)
    hit = posting.reference
    one = site.accept(hit, "A1WORKER")

    def close():
        return panel.close(hit, token="c", journal=journal)

    assert (close().done, close().waiting_for) == (False, "1 still at it")
    site.submit({"assignmentId": one.id, "receipt_code": "R"})
    assert close().waiting_for == "submissions without a verdict"
    panel.approve(only_status(panel, hit).submissions[0], token="a", journal=journal)
    assert close().done
    assert close().done
    assert panel.postings() == ()
    assert panel.status([hit], on=TODAY) == ()
    assert simulator.world.held == 0


def test_who_could_not_submit_is_paid_by_a_hit_that_only_they_see(panel, journal, offer, site, simulator):
    opening = panel.open(offer, token="s1", journal=journal)
    arguments = ("A1WORKER", usd("0.75"), "Your answers arrived, the form did not.")
    for _ in range(2):
        made = panel.compensate(opening, *arguments, url="https://study.example/thanks", token="k", journal=journal)
    assert [hit.id for hit in site.discover("A1WORKER")] == [made.reference]
    assert site.discover("A2WORKER") == []
    take(site, made.reference, "A1WORKER")
    panel.approve(only_status(panel, made.reference).submissions[0], token="a", journal=journal)
    assert simulator.world.paid == Decimal("0.75")


def test_what_the_service_cannot_is_said(panel, journal, offer, site):
    (posting,) = panel.recruit(panel.open(offer, token="s1", journal=journal), 1, token="s1", journal=journal)
    take(site, posting.reference, "A1WORKER")
    submission = only_status(panel, posting.reference).submissions[0]
    assert Can.SCREEN_OUT not in panel.abilities
    with pytest.raises(PanelRefused, match="compensate"):
        panel.screen_out(submission, usd("0.10"), token="o", journal=journal)
