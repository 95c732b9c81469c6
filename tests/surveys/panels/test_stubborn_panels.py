"""Nothing that one person, one posting or one call meets keeps the others from being looked at, stopped and paid."""

from __future__ import annotations

from decimal import Decimal

import pytest

from surveys.models import Assignment, PanelCall, PanelPerson, Recruitment, Round
from surveys.panels.base import BeingAsked, PanelRefused
from surveys.panels.mturk.simulator import Fault
from surveys.selectors import recruiting as found
from surveys.selectors import transfers as sums
from surveys.selectors.differences import differences
from surveys.services import (
    attending,
    extras,
    ordering,
    panel_actions,
    panel_people,
    paying,
    reconciling,
    recruiting,
    winding_up,
)
from surveys.services.errors import ConflictError, ServiceError
from surveys.services.ordering import Order
from surveys.services.panel_actions import Asked
from tests.surveys.panels.conftest import make_survey, publish

pytestmark = pytest.mark.django_db


class Between:
    """A panel at which something happens during one of its calls."""

    def __init__(self, panel, **hooks):
        self._panel, self._hooks = panel, hooks

    def __getattr__(self, name):
        real, hook = getattr(self._panel, name), self._hooks.get(name)
        return real if hook is None else lambda *args, **more: hook(real, *args, **more)


def test_a_person_whom_the_panel_does_not_know_keeps_nobody_from_being_paid(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    hit = next(iter(mturk.world.hits))
    forged = worker("A9FORGER").accept(hit)
    forged.address = forged.address.replace("A9FORGER", "A9NOBODY")
    assert forged.begin()
    worker("A1ANN").work(hit)

    def began(real, opening, person, **more):
        if person == "A9NOBODY":
            raise PanelRefused("No such worker.", "")
        return real(opening, person, **more)

    assert paying.approve(recruitment=recruitment, panel=Between(panel, began=began)).done == 1
    assert PanelPerson.objects.filter(told_at=None).count() == 0


def test_what_is_made_while_somebody_stops_is_stopped_too(mturk, panel):
    survey = make_survey(raters=20)
    recruitment = ordering.order(survey=survey, panel=panel, wanted=Order(by="ada", at_most="100.00"))

    def recruit(real, *args, heard, **more):
        def stop_at_the_first(shown):
            if Recruitment.objects.get().state != "stopped":
                recruiting.stop(recruitment=Recruitment.objects.get(), panel=panel)
            heard(shown)

        return real(*args, heard=stop_at_the_first, **more)

    recruiting.advertise(recruitment=recruitment, panel=Between(panel, recruit=recruit))
    assert not mturk.site.discover("A1ANYBODY")
    assert Recruitment.objects.get().state == "stopped"
    with pytest.raises(ConflictError):
        ordering.order_more(recruitment=recruitment, panel=panel, wanted=Order(by="ada"))
    assert not Round.objects.filter(done=False).exists()


def test_one_posting_that_can_t_be_stopped_leaves_none_of_the_others_open(mturk, panel):
    recruitment = publish(make_survey(raters=20), panel)
    mturk.faults.add(Fault("no_funds", "UpdateExpirationForHIT", times=2))
    with pytest.raises(ServiceError):
        recruiting.stop(recruitment=recruitment, panel=panel)
    assert len(mturk.site.discover("A1")) == 2, "of five"
    mturk.faults.clear()
    recruiting.stop(recruitment=recruitment, panel=panel)
    assert not mturk.site.discover("A1")


def test_a_posting_removed_there_keeps_nobody_from_stopping_closing_or_being_paid(mturk, panel, worker):
    recruitment = publish(make_survey(raters=10), panel)
    first, second, _ = mturk.world.hits
    worker("A1ANN").work(first)
    worker("A2BEN").work(second)
    reconciling.sync(recruitment=recruitment, panel=panel)
    mturk.world.hits[first].disposed = True
    done = paying.approve(recruitment=recruitment, panel=panel)
    assert (done.done, len(done.troubles)) == (1, 1)
    recruiting.stop(recruitment=recruitment, panel=panel)
    (waiting,) = winding_up.close(recruitment=recruitment, panel=panel)
    assert "was_paid" in waiting.waiting_for
    listed = recruitment.submissions.get(posting__reference=second)
    with pytest.raises(ServiceError):
        paying.settle_gone(recruitment=recruitment, works=[listed.work], paid=False)
    asked = Asked(works=(waiting.posting,))
    panel_actions.act(action="was_paid", recruitment=recruitment, panel=panel, asked=asked)
    assert winding_up.close(recruitment=recruitment, panel=panel) == []
    assert sums.of_recruitment(recruitment)["paid"] == Decimal("1.50")


def test_an_order_without_funds_does_not_keep_work_from_being_seen(mturk, panel, worker):
    survey = make_survey(raters=10)
    recruitment = publish(survey, panel, places=9)
    worker("A1ANN").work(next(iter(mturk.world.hits)))
    ordering.order_more(recruitment=recruitment, panel=panel, wanted=Order(by="ada"))
    mturk.faults.add(Fault("no_funds", "CreateHITWithHITType", times=9))
    said = attending.attend(recruitment.pk)
    assert "Add funds" in said
    assert recruitment.submissions.count() == 1


def test_a_bonus_that_somebody_else_is_paying_is_not_given_back(mturk, panel, worker):
    recruitment = publish(make_survey(), panel, at_most="9.50")
    worker("A1ANN").work(next(iter(mturk.world.hits)))
    paying.approve(recruitment=recruitment, panel=panel)
    work = recruitment.submissions.get().work

    def pay(panel, amount):
        return extras.bonus(
            recruitment=recruitment, panel=panel, work=work, amount=Decimal(amount), reason="Thank you."
        )

    def busy(real, *args, **more):
        raise BeingAsked("Somebody else is making this very call now.", "Look again in a minute.")

    with pytest.raises(ServiceError, match="this very call"):
        pay(Between(panel, bonus=busy), "0.40")
    assert sums.of_recruitment(recruitment)["liability"] == Decimal("0.48")
    with pytest.raises(ServiceError, match="limit"):
        pay(panel, "0.41")
    assert pay(panel, "0.40")
    assert not pay(panel, "0.40")
    assert (sums.of_recruitment(recruitment)["liability"], len(mturk.world.bonuses)) == (Decimal(0), 1)


class Killed(BaseException):
    """The process is gone."""


def killed_after(real, *args, **more):
    real(*args, **more)
    raise Killed


def test_a_process_killed_after_a_bonus_is_told_of_and_asked_again_books_it(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    worker("A1ANN").work(next(iter(mturk.world.hits)))
    paying.approve(recruitment=recruitment, panel=panel)
    work = recruitment.submissions.get().work

    def pay(panel):
        extras.bonus(recruitment=recruitment, panel=panel, work=work, amount=Decimal("0.40"), reason="Thank you.")

    with pytest.raises(Killed):
        pay(Between(panel, bonus=killed_after))
    (difference,) = differences(recruitment)
    assert "0.40 USD" in difference.words
    assert work in difference.words
    assert "Thank you." in difference.todo
    pay(panel)
    assert (len(mturk.world.bonuses), differences(recruitment)) == (1, [])


def test_a_process_killed_after_a_compensation_loses_neither_the_posting_nor_the_money(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    begun = ann.begin()
    ann.answer(begun)
    ann.finish()
    mturk.site.give_back(ann.held)
    killed = Between(panel, compensate=killed_after)
    with pytest.raises(Killed):
        extras.compensate(
            recruitment=recruitment, panel=killed, assignment=begun, amount=Decimal("0.75"), reason="Sorry for that."
        )
    recruiting.stop(recruitment=recruitment, panel=panel)
    posting = recruitment.postings.get(compensates=begun)
    assert posting.reference in mturk.world.hits
    assert not mturk.site.discover("A1ANN"), "it is stopped like all others"
    (unpaid,) = winding_up.close(recruitment=recruitment, panel=panel)
    assert begun.code in unpaid.posting
    assert winding_up.close(recruitment=recruitment, panel=panel, leave_unpaid=True) == []
    assert sums.of_recruitment(recruitment)["reserved"] == 0


def test_a_pause_holds_for_postings_that_are_full_and_for_what_would_be_added(mturk, panel, worker):
    survey = make_survey(raters=1)
    recruitment = publish(survey, panel, places=1)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    reconciling.sync(recruitment=recruitment, panel=panel)
    assert not recruitment.postings.get().open, "it is full"
    recruiting.pause(recruitment=recruitment, panel=panel)
    mturk.site.give_back(ann.held)
    assert not mturk.site.discover("A2")
    with pytest.raises(ConflictError, match="go on first"):
        ordering.order_more(recruitment=recruitment, panel=panel, wanted=Order(by="ada"))
    recruiting.resume(recruitment=recruitment, panel=panel)
    assert mturk.site.discover("A2")


def test_people_still_at_work_after_a_stop_keep_their_places(mturk, panel, worker):
    survey = make_survey()
    recruitment = publish(survey, panel, places=5)
    hit = next(iter(mturk.world.hits))
    for name in ("A1ANN", "A2BEN", "A3CLEO"):
        worker(name).accept(hit).begin()
    recruiting.stop(recruitment=recruitment, panel=panel)
    assert found.unadvertised(survey) == 10 - 3


def test_others_who_come_by_somebody_s_id_do_not_change_what_they_hand_in(mturk, panel, worker):
    publish(make_survey(), panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    begun = ann.begin()
    path, forged = ann.address.split("?")[0], ann.query | {"assignmentId": "3FORGED"}
    for _ in range(3):
        assert ann.client.get(path, query_params=forged).status_code == 200
        assert ann.client.head(path, query_params=forged).status_code == 200
    assert begun.panel_people.count() == 1
    assert ann.client.post(path, {"consent": "yes"}, query_params=forged).status_code == 303
    ann.answer(begun)
    page = ann.finish()
    assert page.context["ending"].form_fields["assignmentId"] == ann.held
    ann.hand_in(page)


def test_finished_work_is_known_after_its_ids_were_deleted(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    done = worker("A1ANN").work(next(iter(mturk.world.hits)))
    panel_people.forget(at_once=True, study=recruitment.link.survey.study)
    reconciling.sync(recruitment=recruitment, panel=panel)
    row = recruitment.submissions.get()
    assert (row.finding, row.assignment) == ("matches", done)


def test_who_withdraws_after_finishing_can_still_hand_in(mturk, panel, worker):
    from surveys.services import privacy

    recruitment = publish(make_survey(), panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    begun = ann.begin()
    ann.answer(begun)
    ann.finish()
    privacy.withdraw(code=begun.code)
    ann.hand_in(ann.client.get(ann.take))
    assert paying.approve(recruitment=recruitment, panel=panel).done == 1
    assert Assignment.objects.get().state == "withdrawn"


def test_a_currency_that_the_panel_does_not_pay_publishes_nothing(mturk, panel):
    survey = make_survey(currency="EUR")
    with pytest.raises(ServiceError, match="pays in USD"):
        publish(survey, panel)
    survey.refresh_from_db()
    assert survey.state == "planned"
    assert not PanelCall.objects.exists()


def test_closing_waits_for_who_finished_and_could_not_hand_in(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))
    begun = ann.begin()
    ann.answer(begun)
    ann.finish()
    mturk.site.give_back(ann.held)
    recruiting.stop(recruitment=recruitment, panel=panel)
    (unpaid,) = winding_up.close(recruitment=recruitment, panel=panel)
    assert begun.code in unpaid.posting
    assert "compensate" in unpaid.waiting_for
    extras.compensate(
        recruitment=recruitment, panel=panel, assignment=begun, amount=Decimal("0.75"), reason="The form was lost."
    )
    ann.accept(list(mturk.world.hits)[-1])
    ann.hand_in(ann.come_back())
    assert paying.approve(recruitment=recruitment, panel=panel).done == 1
    assert winding_up.close(recruitment=recruitment, panel=panel) == []
