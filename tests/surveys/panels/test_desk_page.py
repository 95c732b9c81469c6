"""The page of panels: prices, ordering, what is done in the background, differences, who may pay."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django_tasks_db.models import DBTaskResult

from surveys.models import Recruitment, Survey
from surveys.services import attending, paying, reconciling
from tests.surveys import factories
from tests.surveys.panels.conftest import make_survey, publish

pytestmark = pytest.mark.django_db
ORDER = {"panel": "mturk", "environment": "sandbox", "most": "9", "at_most": "50.00"}


@pytest.fixture
def survey(ada) -> Survey:
    made = make_survey(raters=10)
    made.study.owner = ada
    made.study.save()
    return made


@pytest.fixture
def payer(ada, client):
    ada.user_permissions.add(Permission.objects.get(codename="pay_people"))
    client.force_login(ada)
    return client


def work_off() -> None:
    """Do what waits for a worker."""
    for task in DBTaskResult.objects.filter(status="READY").order_by("enqueued_at"):
        task.task.call(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
        task.delete()


def test_prices_are_shown_both_ways_and_no_panel_is_asked(mturk, survey, payer):
    page = payer.get("/desk/tiny/advertise/a/").content.decode()
    assert "18.00" in page
    assert "21.00" in page
    assert "closed to new customers on 2026-07-30" in page
    assert "practice, no real money" in page
    assert mturk.world.calls == []


def test_an_order_is_advertised_by_a_worker_and_the_page_says_how_far_it_is(mturk, survey, payer):
    assert payer.post("/desk/tiny/advertise/a/", ORDER).status_code == 302
    page = payer.get("/desk/tiny/advertise/a/counts/").content.decode()
    assert "<strong>0</strong> of 20 places advertised" in page
    work_off()
    page = payer.get("/desk/tiny/advertise/a/counts/").content.decode()
    assert "<strong>20</strong> of 20 places advertised, in 3 postings" in page
    assert len(mturk.world.hits) == 3
    assert "nothing to add" in payer.get("/desk/tiny/advertise/a/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"panel": "nowhere"}, "There is no panel"),
        ({"places": "many"}, "whole number"),
        ({"places": "999"}, "ask for at most 20"),
        ({"most": "7"}, "none of this panel"),
        ({"at_most": "17.99"}, "limit of 17.99"),
        ({"at_most": "lots"}, "no amount of money"),
        ({"at_most": ""}, "without a limit"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_in_words(mturk, survey, payer, wrong, words):
    reply = payer.post("/desk/tiny/advertise/a/", ORDER | wrong)
    assert reply.status_code == 400
    assert words in reply.content.decode()
    survey.refresh_from_db()
    assert survey.state == "planned"
    assert not Recruitment.objects.exists()


def test_differences_are_decided_on_the_page_and_money_moves_by_a_worker(mturk, panel, survey, payer, worker):
    recruitment = publish(survey, panel)
    hit = next(iter(mturk.world.hits))
    worker("A1ANN").work(hit)
    payer.force_login(survey.study.owner)
    ben = worker("A2BEN").accept(hit)
    mturk.site.submit({"assignmentId": ben.held, "receipt_code": "x"})
    reconciling.sync(recruitment=recruitment, panel=panel)
    page = payer.get("/desk/tiny/advertise/a/").content.decode()
    assert "never came here by this id" in page
    assert "A2BEN" not in page
    act = f"/desk/tiny/advertise/a/{recruitment.pk}/"
    payer.post(act, {"action": "approve"})
    payer.post(act, {"action": "reject", "work": ben.held, "reason": "Nothing was answered."})
    work_off()
    assert str(mturk.world.paid) == "0.75"
    assert "Rejected: 1." in payer.get("/desk/tiny/advertise/a/").content.decode()
    payer.post(act, {"action": "nonsense"})
    assert "Say why" in payer.post(act, {"action": "bonus", "work": ben.held}, follow=True).content.decode()
    payer.post(act, {"action": "bonus", "work": ben.held, "amount": "x", "reason": "Thanks."})
    assert "can&#x27;t be read" in payer.post(act, {"action": "approve", "work": "\0"}, follow=True).content.decode()
    work_off()
    assert "is no amount" in payer.get("/desk/tiny/advertise/a/").content.decode()


def test_without_the_right_to_pay_nothing_is_spent_and_no_raw_id_is_seen(mturk, panel, survey, client, ada, worker):
    recruitment = publish(survey, panel, places=5)
    worker("A1ANN").work(next(iter(mturk.world.hits)))
    client.force_login(ada)
    assert "right to pay" in client.get("/desk/tiny/advertise/a/").content.decode()
    act = f"/desk/tiny/advertise/a/{recruitment.pk}/"
    for path, form in (("/desk/tiny/advertise/a/", ORDER), (act, {"action": "approve"}), (act, {"action": "extend"})):
        assert client.post(path, form).status_code == 403
    assert client.get("/desk/tiny/advertise/a/people.csv").status_code == 403
    assert client.post(act, {"action": "stop"}).status_code == 302
    work_off()
    assert not mturk.site.discover("A9")


def test_the_ledger_sums_to_zero_and_names_assignments_alone(mturk, panel, survey, payer, worker):
    recruitment = publish(survey, panel)
    done = worker("A1ANN").work(next(iter(mturk.world.hits)))
    paying.approve(recruitment=recruitment, panel=panel)
    survey.study.ledger.create(kind="paid", key="call", amount=Decimal("0.0123456789"), currency="USD")
    payer.force_login(survey.study.owner)
    text = b"".join(payer.get("/desk/tiny/ledger.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    call = rows.pop()
    assert (call["environment"], call["kind"], Decimal(call["amount"])) == ("stimuli", "paid", Decimal("0.0123456789"))
    assert sum(Decimal(row["amount"]) for row in rows) == 0
    assert {row["assignment"] for row in rows if row["account"] == "paid"} == {done.code}
    assert "A1ANN" not in text
    raw = b"".join(payer.get("/desk/tiny/advertise/a/people.csv").streaming_content).decode()
    assert "A1ANN" in raw


def test_somebody_elses_study_is_not_there(mturk, survey, client):
    client.force_login(factories.make_user("eve"))
    for path in ("/desk/tiny/advertise/a/", "/desk/tiny/advertise/a/counts/", "/desk/tiny/ledger.csv"):
        assert client.get(path).status_code == 404
    assert client.post("/desk/tiny/advertise/a/1/", {"action": "stop"}).status_code == 404


def test_a_worker_looks_at_panels_when_it_is_time(mturk, panel, survey, worker, settings):
    from datetime import timedelta

    from django.utils import timezone

    recruitment = publish(survey, panel)
    worker("A1ANN").work(next(iter(mturk.world.hits)))
    DBTaskResult.objects.all().delete()
    assert attending.attend_due(timezone.now()) == 0
    later = timezone.now() + timedelta(seconds=settings.PANEL_SYNC_SECONDS + 1)
    assert attending.attend_due(later) == 1
    assert attending.attend_due(later) == 0, "it is asked for once"
    work_off()
    assert recruitment.submissions.count() == 1
