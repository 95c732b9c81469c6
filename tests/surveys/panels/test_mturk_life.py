"""A survey at Mechanical Turk, from publishing to the last cent: unmodified boto3 against the simulator."""

from __future__ import annotations

from decimal import Decimal

import pytest

from surveys.models import Assignment, PanelCall, PanelPerson, PanelSubmission, Place, Recruitment, Transfer
from surveys.selectors import recruiting as found
from surveys.selectors import transfers as sums
from surveys.services import extras, ordering, paying, reconciling, recruiting, winding_up
from surveys.services.errors import ConflictError, ServiceError
from surveys.services.ordering import Order
from surveys.services.panels import PanelServiceError
from tests.surveys import factories
from tests.surveys.panels.conftest import make_survey, publish

pytestmark = pytest.mark.django_db
EACH = Decimal("0.90")
Finding = PanelSubmission.Finding


def balances(recruitment):
    return sums.of_recruitment(recruitment)


def test_places_are_advertised_and_their_money_is_set_aside(mturk, panel):
    survey = make_survey(raters=10)
    recruitment = publish(survey, panel)
    assert (recruitment.state, recruitment.panel, recruitment.live) == ("open", "mturk", False)
    assert [row.places for row in recruitment.postings.all()] == [9, 9, 2]
    assert [hit.most for hit in mturk.world.hits.values()] == [9, 9, 2]
    assert balances(recruitment)["reserved"] == mturk.world.held == 20 * EACH
    survey.refresh_from_db()
    assert survey.state == "published"
    assert recruitment.link.simulated, "who comes from practice is no participant"


def test_who_finishes_hands_in_is_matched_and_paid_once(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    hit = next(iter(mturk.world.hits))
    done = worker("A1ANN").work(hit)
    reconciling.sync(recruitment=recruitment, panel=panel)
    row = recruitment.submissions.get()
    assert (row.state, row.finding, row.assignment) == ("submitted", Finding.MATCHES, done)
    assert balances(recruitment)["liability"] == EACH
    assert paying.approve(recruitment=recruitment, panel=panel).done == 1
    assert paying.approve(recruitment=recruitment, panel=panel).done == 0
    assert (mturk.world.paid, mturk.world.fees) == (Decimal("0.75"), Decimal("0.15"))
    found = balances(recruitment)
    assert (found["paid"], found["fee"], found["liability"]) == (Decimal("0.75"), Decimal("0.15"), 0)
    assert sums.of_assignment(done)["paid"] == Decimal("0.75"), "every cent leads to an assignment"


def test_a_preview_shows_an_example_and_writes_nothing(mturk, panel, worker):
    publish(make_survey(), panel)
    hit = next(iter(mturk.world.hits))
    page = worker().preview(hit)
    assert page.status_code == 200
    assert b'id="only-looking"' in page.content
    assert b'class="example"' in page.content
    assert b'name="consent"' not in page.content
    assert not Assignment.objects.exists()
    assert not PanelPerson.objects.exists()
    query = {"assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE", "hitId": hit}
    path = mturk.site.preview(hit, "A1", mturk.url).split("?")[0].removeprefix("https://study.example")
    assert worker().client.post(path, {"consent": "yes"}, query_params=query).status_code == 200
    assert not Assignment.objects.exists()


def test_the_last_page_may_post_to_the_panel_and_nothing_else_may(mturk, panel, worker):
    publish(make_survey(), panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    ann.answer(ann.begin())
    page = ann.finish()
    policy = page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {mturk.url}" in policy
    assert f"frame-ancestors {mturk.url}" in policy
    other = ann.client.get("/withdraw/").headers["Content-Security-Policy"]
    assert mturk.url not in other.split("form-action")[1].split(";")[0]
    again = ann.client.get(f"{ann.take}done/")
    ann.hand_in(again)


def test_a_worker_who_takes_it_again_goes_on_where_they_were(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    hit = next(iter(mturk.world.hits))
    ann = worker("A1ANN").accept(hit)
    begun = ann.begin()
    ann.answer(begun, items=1)
    mturk.site.give_back(ann.held)
    ben = worker("A2BEN").accept(hit)
    assert ben.held == ann.held, "Mechanical Turk gives an id to somebody else"
    other = ben.begin()
    assert other != begun
    ann.accept(hit)
    assert ann.begin() == begun
    assert begun.panel_people.count() == 2
    ann.answer(begun)
    ann.hand_in(ann.finish())
    ben.answer(other)
    ben.hand_in(ben.finish())
    reconciling.sync(recruitment=recruitment, panel=panel)
    assert {row.assignment for row in recruitment.submissions.filter(finding=Finding.MATCHES)} == {begun, other}


def test_who_finished_and_could_not_hand_in_hands_in_when_they_take_it_again(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    hit = next(iter(mturk.world.hits))
    ann = worker("A1ANN").accept(hit)
    begun = ann.begin()
    ann.answer(begun)
    ann.finish()
    mturk.world.advance(100_000)
    mturk.world.ahead -= 100_000  # their time ran out at the panel
    worker("A2BEN").accept(hit)  # and their id of it went to somebody else
    ann.accept(hit)
    looked = ann.client.get(ann.address)
    assert (looked.status_code, begun.panel_people.count()) == (200, 1), "looking writes nothing"
    ann.hand_in(ann.come_back())
    paying.approve(recruitment=recruitment, panel=panel)
    assert mturk.world.paid == Decimal("0.75")


def test_another_posting_is_not_for_who_has_finished(mturk, panel, worker):
    recruitment = publish(make_survey(raters=10), panel)
    first, second, _ = mturk.world.hits
    ann = worker("A1ANN")
    ann.work(first)
    ann.accept(second)
    assert ann.begin() is None
    page = ann.client.get(ann.address)
    assert page.status_code == 410
    reconciling.sync(recruitment=recruitment, panel=panel)
    assert second not in [hit.id for hit in mturk.site.discover("A1ANN")], "nor does the panel show it from now on"


def test_a_forged_worker_id_is_found_and_nobody_is_paid_for_it(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    mallory = worker("A1MALLORY").accept(next(iter(mturk.world.hits)))
    mallory.address = mallory.address.replace("A1MALLORY", "A1VICTIM")
    done = mallory.begin()
    mallory.answer(done)
    mallory.hand_in(mallory.finish())
    result = paying.approve(recruitment=recruitment, panel=panel)
    assert (result.done, mturk.world.paid) == (0, 0)
    row = recruitment.submissions.get()
    assert (row.finding, row.assignment) == (Finding.UNKNOWN, None)


@pytest.mark.parametrize("wrong", ["A1,A1", "a1", "", "A" + "1" * 80])
def test_a_malformed_worker_id_is_refused_in_words_and_not_repeated(mturk, panel, worker, wrong):
    publish(make_survey(), panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    query = ann.query | {"workerId": wrong}
    page = ann.client.post(ann.address.split("?")[0], {"consent": "yes"}, query_params=query)
    assert page.status_code == 400
    assert not wrong or wrong not in page.content.decode()
    assert not Assignment.objects.exists()


def test_an_unknown_posting_lets_nobody_in_and_a_closed_one_says_so(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    path, query = ann.address.split("?")[0], ann.query
    page = ann.client.post(path, {"consent": "yes"}, query_params=query | {"hitId": "3UNKNOWN"})
    assert page.status_code == 404
    assert "know this task" in page.content.decode()
    mturk.site.give_back(ann.held)
    recruiting.stop(recruitment=recruitment, panel=panel)
    assert winding_up.close(recruitment=recruitment, panel=panel) == []
    assert ann.client.post(path, {"consent": "yes"}, query_params=query).status_code == 410
    assert ann.client.get(path, query_params={"assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE"}).status_code == 410
    assert not Assignment.objects.exists()


def test_handing_in_without_having_finished_is_a_difference(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    hit = next(iter(mturk.world.hits))
    ann = worker("A1ANN").accept(hit)
    begun = ann.begin()
    mturk.site.submit({"assignmentId": ann.held, "receipt_code": "AAAA-BBBB-CCCC"})
    ben = worker("A2BEN")
    ben.accept(hit)
    mturk.site.submit({"assignmentId": ben.held, "receipt_code": ""})
    assert paying.approve(recruitment=recruitment, panel=panel).done == 0
    findings = {row.digest: (row.finding, row.assignment) for row in recruitment.submissions.all()}
    assert set(findings.values()) == {(Finding.UNFINISHED, begun), (Finding.UNKNOWN, None)}
    ann.answer(begun)
    ann.finish()
    reconciling.sync(recruitment=recruitment, panel=panel)
    assert recruitment.submissions.get(assignment=begun).finding == Finding.OTHER_CODE


def test_a_rejection_has_a_reason_and_never_meets_payable_work(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    hit = next(iter(mturk.world.hits))
    worker("A1ANN").work(hit)
    ben = worker("A2BEN").accept(hit)
    mturk.site.submit({"assignmentId": ben.held, "receipt_code": "nothing"})
    reconciling.sync(recruitment=recruitment, panel=panel)
    honest, empty = recruitment.submissions.order_by("finding")
    with pytest.raises(ServiceError, match="needs a reason"):
        paying.reject(recruitment=recruitment, panel=panel, works=[empty.work], reason=" ")
    with pytest.raises(ConflictError, match="payable"):
        paying.reject(recruitment=recruitment, panel=panel, works=[empty.work, honest.work], reason="Empty, sorry.")
    assert not PanelSubmission.objects.filter(state="rejected").exists()
    paying.reject(recruitment=recruitment, panel=panel, works=[empty.work], reason="Nothing was answered here.")
    assert balances(recruitment)["liability"] == EACH
    paying.unreject(recruitment=recruitment, panel=panel, work=empty.work, reason="We were wrong.")
    paying.approve(recruitment=recruitment, panel=panel)
    assert mturk.world.paid == Decimal("1.50")
    assert balances(recruitment)["paid"] == Decimal("1.50")


def test_a_bonus_is_paid_once_for_the_same_words(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    worker("A1ANN").work(next(iter(mturk.world.hits)))
    paying.approve(recruitment=recruitment, panel=panel)
    work = recruitment.submissions.get().work
    for _ in range(2):
        extras.bonus(recruitment=recruitment, panel=panel, work=work, amount=Decimal("0.30"), reason="You waited long.")
    assert len(mturk.world.bonuses) == 1
    assert balances(recruitment)["paid"] == mturk.world.paid == Decimal("1.05")
    assert balances(recruitment)["fee"] == mturk.world.fees


def test_who_could_not_hand_in_is_paid_by_a_posting_of_their_own(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    begun = ann.begin()
    ann.answer(begun)
    ann.finish()
    mturk.site.give_back(ann.held)
    amount = Decimal("0.75")
    posting = extras.compensate(
        recruitment=recruitment, panel=panel, assignment=begun, amount=amount, reason="The form failed. Sorry!"
    )
    again = extras.compensate(
        recruitment=recruitment, panel=panel, assignment=begun, amount=amount, reason="The form failed. Sorry!"
    )
    assert posting is not None
    assert posting == again
    assert posting.reference not in [hit.id for hit in mturk.site.discover("A2BEN")]
    ann.accept(posting.reference)
    ann.hand_in(ann.come_back())
    assert paying.approve(recruitment=recruitment, panel=panel).done == 1
    assert mturk.world.paid == amount
    assert balances(recruitment)["paid"] == amount
    assert recruitment.submissions.get().assignment == begun


def test_stop_lets_nobody_in_and_closing_leaves_every_cent_somewhere(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    hit = next(iter(mturk.world.hits))
    worker("A1ANN").work(hit)
    ben = worker("A2BEN").accept(hit)
    begun = ben.begin()
    recruiting.stop(recruitment=recruitment, panel=panel)
    assert not mturk.site.discover("A3")
    assert [step.waiting_for for step in winding_up.close(recruitment=recruitment, panel=panel)] == ["1 still at it"]
    ben.answer(begun)
    ben.hand_in(ben.finish())
    assert winding_up.close(recruitment=recruitment, panel=panel)[0].waiting_for == "submissions without a verdict"
    paying.approve(recruitment=recruitment, panel=panel)
    assert winding_up.close(recruitment=recruitment, panel=panel) == []
    recruitment.refresh_from_db()
    assert recruitment.state == "closed"
    found = balances(recruitment)
    assert (found["reserved"], found["liability"]) == (0, 0)
    assert -found["budget"] == found["paid"] + found["fee"] == mturk.world.paid + mturk.world.fees == 2 * EACH
    assert mturk.world.held == 0
    assert mturk.world.balances()


def test_a_second_order_finds_no_places_and_a_rejected_one_can_be_advertised_again(mturk, panel, worker):
    survey = make_survey()
    recruitment = publish(survey, panel)
    with pytest.raises(ServiceError, match="advertised already"):
        publish(survey, panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    mturk.site.submit({"assignmentId": ann.held, "receipt_code": "nothing"})
    reconciling.sync(recruitment=recruitment, panel=panel)
    assert found.unadvertised(survey) == 1
    more = ordering.order_more(recruitment=recruitment, panel=panel, wanted=Order(by="ada"))
    recruiting.advertise(recruitment=more, panel=panel)
    recruiting.advertise(recruitment=more, panel=panel)
    assert sum(hit.most for hit in mturk.world.hits.values()) == 11
    assert found.unadvertised(survey) == 0


def test_later_rounds_fill_small_postings_and_stand_beside_full_ones(mturk, panel):
    survey = make_survey(raters=10)
    recruitment = publish(survey, panel, places=5)
    ordering.order_more(recruitment=recruitment, panel=panel, wanted=Order(by="ada", places=13))
    recruiting.advertise(recruitment=recruitment, panel=panel)
    assert [hit.most for hit in mturk.world.hits.values()] == [9, 9]
    assert balances(recruitment)["reserved"] == 18 * EACH == mturk.world.held


def test_one_posting_of_all_costs_more_and_grows(mturk, panel):
    survey = make_survey(raters=10)
    recruitment = publish(survey, panel, places=15, most=0)
    assert balances(recruitment)["reserved"] == 15 * Decimal("1.05") == mturk.world.held
    ordering.order_more(recruitment=recruitment, panel=panel, wanted=Order(by="ada"))
    recruiting.advertise(recruitment=recruitment, panel=panel)
    assert [hit.most for hit in mturk.world.hits.values()] == [20]
    assert balances(recruitment)["reserved"] == 20 * Decimal("1.05") == mturk.world.held
    with pytest.raises(ServiceError, match="none of this panel's ways"):
        publish(make_survey_again(), panel, most=7)


def make_survey_again():
    paid = {"panel": {"currency": "USD"}, "surveys": [{"slug": "a", "reward": "1.00"}]}
    definition = {"consent": factories.CONSENT | {"pay": "1 USD"}, **paid}
    study = factories.make_study("other", definition=definition)
    survey = factories.make_planned_survey(study, raters=5)
    factories.release_all(study)
    return survey


def test_no_order_passes_the_limit_and_none_is_made_without_one(mturk, panel):
    survey = make_survey()
    with pytest.raises(ServiceError, match="without a limit"):
        publish(survey, panel, at_most="")
    with pytest.raises(ServiceError, match=r"limit of 8\.99 USD"):
        publish(survey, panel, at_most="8.99")
    survey.refresh_from_db()
    assert (survey.state, mturk.world.calls) == ("planned", [])
    assert not Recruitment.objects.exists()
    publish(survey, panel, at_most="9.00")
    assert mturk.world.held == Decimal("9.00")


def test_a_bonus_beyond_the_limit_is_not_sent(mturk, panel, worker):
    recruitment = publish(make_survey(), panel, at_most="9.00")
    worker("A1ANN").work(next(iter(mturk.world.hits)))
    paying.approve(recruitment=recruitment, panel=panel)
    work = recruitment.submissions.get().work
    with pytest.raises(ServiceError, match=r"limit of 9\.00"):
        extras.bonus(recruitment=recruitment, panel=panel, work=work, amount=Decimal("0.01"), reason="Thank you.")
    assert not mturk.world.bonuses


def test_a_panel_that_may_not_frame_us_is_not_published_to(mturk, panel, settings):
    settings.FRAMED_BY = ["https://elsewhere.example"]
    with pytest.raises(ServiceError, match="FRAMED_BY"):
        publish(make_survey(), panel)
    settings.FRAMED_BY, settings.SITE_URL = [mturk.url], "http://study.example"
    with pytest.raises(ServiceError, match="https only"):
        publish(make_survey_again(), panel)


def test_a_pause_and_an_end_of_it_reach_the_panel(mturk, panel):
    recruitment = publish(make_survey(), panel)
    recruiting.pause(recruitment=recruitment, panel=panel)
    recruiting.pause(recruitment=recruitment, panel=panel)
    assert not mturk.site.discover("A1")
    recruiting.resume(recruitment=recruitment, panel=panel)
    assert len(mturk.site.discover("A1")) == 2


def test_automatic_approval_at_the_panel_is_booked(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    worker("A1ANN").work(next(iter(mturk.world.hits)))
    reconciling.sync(recruitment=recruitment, panel=panel)
    mturk.world.advance(73 * 3600)
    reconciling.sync(recruitment=recruitment, panel=panel)
    assert balances(recruitment)["paid"] == mturk.world.paid == Decimal("0.75")


def test_no_raw_worker_id_is_in_any_other_table(mturk, panel, worker):
    from django.apps import apps

    recruitment = publish(make_survey(), panel)
    ann = worker("A1SECRETANN")
    ann.work(next(iter(mturk.world.hits)))
    paying.approve(recruitment=recruitment, panel=panel)
    work = recruitment.submissions.get().work
    extras.bonus(recruitment=recruitment, panel=panel, work=work, amount=Decimal("0.10"), reason="Thank you.")
    for model in apps.get_app_config("surveys").get_models():
        if model is not PanelPerson:
            assert "A1SECRETANN" not in repr(list(model._default_manager.values())), model
    assert PanelCall.objects.exists()
    assert Transfer.objects.exists()
    assert Place.objects.filter(state="filled").count() == 1


def test_trouble_at_the_panel_is_kept_in_words(mturk, panel):
    from surveys.panels.mturk.simulator import Fault

    mturk.faults.add(Fault("no_funds", "CreateHITWithHITType", times=9, skip=1))
    survey = make_survey(raters=10)
    with pytest.raises(PanelServiceError, match="does not hold enough"):
        publish(survey, panel)
    recruitment = Recruitment.objects.get()
    assert (recruitment.state, recruitment.postings.count()) == ("opening", 1)
    assert "Add funds" in recruitment.trouble
    mturk.faults.clear()
    assert publish(survey, panel) == recruitment
    recruitment.refresh_from_db()
    assert (recruitment.state, recruitment.trouble, recruitment.postings.count()) == ("open", "", 3)
    assert sum(hit.most for hit in mturk.world.hits.values()) == 20
