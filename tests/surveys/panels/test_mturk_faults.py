"""Whatever fails on the way, and whoever tries again: the planned postings, nobody paid twice, every cent somewhere."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connections
from django.db.models import Sum

from surveys.models import Entry, PanelCall, PanelSubmission, Recruitment, Survey
from surveys.panels.mturk.panel import MTurk
from surveys.panels.mturk.simulator import Fault
from surveys.panels.mturk.simulator.faults import Kind
from surveys.panels.mturk.wire import connect
from surveys.selectors import transfers as sums
from surveys.services import extras, ordering, panel_actions, paying, reconciling, recruiting, winding_up
from surveys.services.errors import ServiceError
from surveys.services.ordering import Order
from surveys.services.panel_actions import Asked
from tests.surveys.panels.conftest import make_survey, publish

KINDS: tuple[Kind, ...] = (
    "drop_before", "drop_after", "error_before", "error_after", "truncate", "throttle", "no_funds",
)  # fmt: skip
WRITES = (
    "CreateHITType", "CreateQualificationType", "CreateHITWithHITType", "UpdateExpirationForHIT", "ApproveAssignment",
    "RejectAssignment", "SendBonus", "DeleteHIT", "CreateAdditionalAssignmentsForHIT",
    "AssociateQualificationWithWorker",
)  # fmt: skip


@pytest.fixture(scope="session")
def impatient(mturk_server):
    """A client that tries nothing again by itself: what went wrong reaches us at once."""
    return connect(
        endpoint=mturk_server.url,
        access_key="SIMULATOR",
        secret_key="simulator-secret",
        tries=1,
        adaptive=False,
        per_second=5000,
    )


@pytest.fixture
def panel(mturk, impatient):
    return MTurk(impatient)


def until_done(do, tries=60):
    """Ask again and again, as a person or a timer would; return what came of it at last."""
    for _ in range(tries - 1):
        try:
            return do()
        except ServiceError:
            continue
    return do()


def check_money(recruitment, world):
    """Hold every account here against the panel's own."""
    found = sums.of_recruitment(recruitment)
    assert (found["paid"], found["fee"]) == (world.paid, world.fees)
    assert sum(found.values()) == 0
    for transfer in recruitment.transfers.annotate(sum=Sum("entries__parts")):
        assert transfer.sum == 0
    assert world.balances()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("skip", [0, 1, 2])
def test_publishing_ends_with_exactly_the_planned_postings(mturk, panel, kind, skip):
    mturk.faults.add(Fault(kind, "CreateHITWithHITType", skip=skip))
    for operation in ("CreateHITType", "CreateQualificationType"):
        mturk.faults.add(Fault(kind, operation))
    survey = make_survey(raters=10)
    recruitment = until_done(lambda: publish(survey, panel))
    assert sorted(hit.most for hit in mturk.world.hits.values()) == [2, 9, 9]
    assert len(mturk.world.types) == 1
    assert len(mturk.world.qualifications) == 1
    assert sorted(recruitment.postings.values_list("places", flat=True)) == [2, 9, 9]
    assert sums.of_recruitment(recruitment)["reserved"] == mturk.world.held == Decimal("18.00")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_a_whole_study_under_random_faults_balances_to_the_cent(mturk, panel, worker, seed):
    draw = random.Random(seed)

    def trouble(count=3):
        for _ in range(count):
            mturk.faults.add(Fault(draw.choice(KINDS), draw.choice([*WRITES, "*"]), skip=draw.randrange(3)))

    trouble()
    survey = make_survey(raters=6)
    recruitment = until_done(lambda: publish(survey, panel, places=8))
    trouble()
    ordered = until_done(
        lambda: (
            recruitment
            if recruitment.rounds.count() == 2
            else ordering.order_more(recruitment=recruitment, panel=panel, wanted=Order(by="ada"))
        )
    )
    until_done(lambda: recruiting.advertise(recruitment=ordered, panel=panel))
    assert sum(hit.most for hit in mturk.world.hits.values()) == 12
    people = [worker(f"A{number}PERSON") for number in range(8)]
    for person in people:
        hit = draw.choice([hit.id for hit in mturk.world.hits.values() if hit.free()])
        person.accept(hit)
        begun = person.begin()
        assert begun is not None
        person.answer(begun)
        page = person.finish()
        if draw.random() < 0.8:
            person.hand_in(page)
        else:
            mturk.site.give_back(person.held)
    mallory = worker("A9MALLORY").accept(next(hit.id for hit in mturk.world.hits.values() if hit.free()))
    mturk.site.submit({"assignmentId": mallory.held, "receipt_code": "x"})
    trouble(6)
    until_done(lambda: reconciling.sync(recruitment=recruitment, panel=panel))
    until_done(
        lambda: (
            paying.reject(recruitment=recruitment, panel=panel, works=[mallory.held], reason="Nothing answered.")
            if recruitment.submissions.filter(work=mallory.held, state="submitted").exists()
            else None
        )
    )
    trouble(6)

    def approve_all():
        done = paying.approve(recruitment=recruitment, panel=panel)
        if done.troubles:
            raise ServiceError(done.troubles[0])

    until_done(approve_all)
    paid = recruitment.submissions.filter(state="approved").first()
    if paid is not None:
        trouble()
        amount = Decimal("0.35")
        until_done(
            lambda: extras.bonus(
                recruitment=recruitment, panel=panel, work=paid.work, amount=amount, reason="Thank you."
            )
        )
        assert len(mturk.world.bonuses) == 1
    trouble(6)
    until_done(lambda: recruiting.stop(recruitment=recruitment, panel=panel))

    def close():
        if winding_up.close(recruitment=recruitment, panel=panel, leave_unpaid=True):
            raise ServiceError("not yet")

    until_done(close)
    check_money(recruitment, mturk.world)
    found = sums.of_recruitment(recruitment)
    assert {found["reserved"], found["liability"], mturk.world.held} == {Decimal(0)}
    assert PanelSubmission.objects.filter(state="approved").count() == sum(
        hit.count("Approved") for hit in mturk.world.hits.values()
    )
    assert not PanelCall.objects.filter(state="unsure").exists()


@pytest.mark.django_db(transaction=True)
def test_two_experimenters_who_publish_at_once_advertise_the_places_once(mturk, panel):
    survey = make_survey(raters=20)

    def one(name):
        try:
            row = ordering.order(survey=survey, panel=panel, wanted=Order(by=name, at_most="50.00"))
            return recruiting.advertise(recruitment=row, panel=panel).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = [future.exception() or future.result() for future in [pool.submit(one, name) for name in "abcd"]]
    assert any(isinstance(each, int) for each in found)
    assert Recruitment.objects.count() == 1
    assert sum(hit.most for hit in mturk.world.hits.values()) == 40
    assert Entry.objects.filter(account="reserved").aggregate(n=Sum("parts"))["n"] == 36 * 10_000


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_pay_once(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    worker("A1ANN").work(next(iter(mturk.world.hits)))

    def one(_):
        try:
            return paying.approve(recruitment=Recruitment.objects.get(), panel=panel).done
        except ServiceError:
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(one, range(3)))
    assert mturk.world.paid == Decimal("0.75")
    check_money(recruitment, mturk.world)


@pytest.mark.django_db(transaction=True)
def test_the_same_ids_arriving_twice_at_once_begin_one_assignment(mturk, panel, worker):
    from django.test import Client

    publish(make_survey(), panel)
    ann = worker("A1ANN").accept(next(iter(mturk.world.hits)))

    def arrive(_):
        try:
            return Client().post(ann.address, {"consent": "yes"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(arrive, range(4))) == {303}
    assert Survey.objects.get().places.filter(state="held").count() == 1


@pytest.mark.django_db
def test_closing_waits_for_a_bonus_of_which_nobody_knows_the_end(mturk, panel, worker):
    recruitment = publish(make_survey(), panel)
    worker("A1ANN").work(next(iter(mturk.world.hits)))
    paying.approve(recruitment=recruitment, panel=panel)
    work = recruitment.submissions.get().work

    def pay():
        extras.bonus(recruitment=recruitment, panel=panel, work=work, amount=Decimal("0.35"), reason="Thank you.")

    mturk.faults.add(Fault("drop_before", "SendBonus", times=2))
    with pytest.raises(ServiceError):
        pay()
    recruiting.stop(recruitment=recruitment, panel=panel)
    (waiting,) = winding_up.close(recruitment=recruitment, panel=panel)
    assert "0.42 USD" in waiting.waiting_for
    assert not mturk.world.bonuses
    asked = Asked(call=PanelCall.objects.get(state="unsure").pk)
    panel_actions.act(action="not_happened", recruitment=recruitment, panel=panel, asked=asked)
    assert sums.of_recruitment(recruitment)["liability"] == 0
    pay()
    assert len(mturk.world.bonuses) == 1
    assert winding_up.close(recruitment=recruitment, panel=panel) == []
    check_money(recruitment, mturk.world)
