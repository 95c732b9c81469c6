"""A survey at Prolific, from the draft to the last cent, against the simulator; and what it posts to us."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django_tasks_db.models import DBTaskResult

from surveys.models import Assignment, PlaceItem, Recruitment
from surveys.panels.prolific import webhook
from surveys.panels.prolific.simulator import Fault
from surveys.selectors import recruiting as found
from surveys.selectors import transfers as sums
from surveys.selectors.differences import differences
from surveys.services import extras, keys, panel_actions, panels, paying, reconciling, recruiting, winding_up
from surveys.services.errors import ServiceError
from surveys.services.panel_actions import Asked
from tests.surveys import factories
from tests.surveys.panels.conftest import make_survey, publish

pytestmark = pytest.mark.django_db
ANN, BEN, CLEO = (f"5f000000000000000000000{one}" for one in "abc")
EACH = Decimal("1.20") + Decimal("0.51")
REASON = "Every one of the answers is the same, and each was given less than half a second after its picture came."


@pytest.fixture
def panel(prolific):
    return panels.connect("prolific")


@pytest.fixture
def survey(prolific):
    return make_survey(reward="1.20", currency=prolific.world.currency)


class Participant:
    def __init__(self, simulator, client, name):
        self.simulator, self.client, self.name = simulator, client, name

    def take(self):
        (study,) = self.simulator.world.studies
        self.submission = self.simulator.site.take(study, self.name).id
        parts = urlsplit(self.simulator.site.address(self.submission))
        self.address = f"{parts.path}?{parts.query}"
        return self

    def begin(self):
        response = self.client.post(self.address, {"consent": "yes"})
        assert response.status_code == 303, response.content
        self.path = response.headers["Location"]
        self.client.cookies.clear()
        return Assignment.objects.get(code=keys.code_in(self.path.split("/")[2]))

    def finish(self, assignment):
        for item in PlaceItem.objects.filter(place=assignment.place):
            factories.rate(assignment, item, 6)
        return self.client.post(f"{self.path}finish/", follow=True)

    def go_back(self, page):
        link = page.context["ending"].url
        assert link.startswith(f"{self.simulator.url}/submissions/complete?cc=")
        self.simulator.site.complete(self.name, parse_qs(urlsplit(link).query)["cc"][0])

    def work(self):
        assignment = self.take().begin()
        self.go_back(self.finish(assignment))
        return assignment


@pytest.fixture
def participant(prolific, client):
    return lambda name: Participant(prolific, client, name)


def test_from_the_draft_to_the_last_cent(prolific, panel, survey, participant):
    recruitment = publish(survey, panel)
    (study,) = prolific.world.studies.values()
    assert (study.values["total_available_places"], recruitment.state) == (10, "open")
    done = participant(ANN).work()
    reconciling.sync(recruitment=recruitment, panel=panel)
    row = recruitment.submissions.get()
    assert (row.state, row.finding, row.assignment) == ("submitted", "matches", done)
    assert sums.of_recruitment(recruitment)["liability"] == EACH
    assert paying.approve(recruitment=recruitment, panel=panel).done == 1
    amount = Decimal("0.50")
    for _ in range(2):
        extras.bonus(recruitment=recruitment, panel=panel, work=row.work, amount=amount, reason="You were thorough.")
    recruiting.stop(recruitment=recruitment, panel=panel)
    assert winding_up.close(recruitment=recruitment, panel=panel) == []
    balances = sums.of_recruitment(recruitment)
    assert {balances["reserved"], balances["liability"]} == {Decimal(0)}
    assert balances["paid"] == Decimal("1.70")
    assert -balances["budget"] == balances["paid"] + balances["fee"]
    assert balances["paid"] == Decimal(prolific.world.paid) / 100
    assert balances["fee"] == Decimal(prolific.world.fees) / 100


def test_the_code_is_secret_until_the_end_and_is_that_end_s(prolific, panel, survey, participant):
    recruitment = publish(survey, panel)
    ann = participant(ANN).take()
    begun = ann.begin()
    codes = set(recruitment.offer["outcomes"].values())
    assert not any(code in ann.client.get(ann.path).content.decode() for code in codes)
    page = ann.finish(begun).content.decode()
    assert [code in page for code in recruitment.offer["outcomes"].values()] == [True, False]


def test_a_returned_place_goes_to_somebody_else_and_no_more_are_advertised(prolific, panel, survey, participant):
    recruitment = publish(survey, panel)
    ann = participant(ANN).take()
    begun = ann.begin()
    prolific.site.return_(ann.submission)
    reconciling.sync(recruitment=recruitment, panel=panel)
    begun.refresh_from_db()
    assert (begun.state, begun.place.state) == ("returned", "open")
    assert found.unadvertised(survey) == 0, "Prolific sends somebody else by itself"
    assert sums.of_recruitment(recruitment)["reserved"] == 10 * EACH
    participant(BEN).work()
    reconciling.sync(recruitment=recruitment, panel=panel)
    assert prolific.world.studies[next(iter(prolific.world.studies))].values["total_available_places"] == 10


def test_who_runs_out_of_time_there_frees_the_place_here(prolific, panel, survey, participant):
    recruitment = publish(survey, panel)
    ann = participant(ANN).take()
    begun = ann.begin()
    prolific.world.advance(24 * 3600)
    reconciling.sync(recruitment=recruitment, panel=panel)
    begun.refresh_from_db()
    assert begun.place.state == "open"


def test_a_rejection_needs_a_category_and_enough_words_and_its_money_is_set_aside_again(
    prolific, panel, survey, participant
):
    recruitment = publish(survey, panel)
    ann = participant(ANN).take()
    ann.begin()
    prolific.site.complete(ANN, "NOCODE")
    reconciling.sync(recruitment=recruitment, panel=panel)
    (difference,) = differences(recruitment)
    assert "did not finish" in difference.words
    for reason, category in (("Too short.", "LOW_EFFORT"), (REASON, "BAD")):
        asked = Asked(works=(ann.submission,), reason=reason, category=category)
        with pytest.raises(ServiceError):
            panel_actions.act(action="reject", recruitment=recruitment, panel=panel, asked=asked)
    asked = Asked(works=(ann.submission,), reason=REASON, category="LOW_EFFORT")
    panel_actions.act(action="reject", recruitment=recruitment, panel=panel, asked=asked)
    balances = sums.of_recruitment(recruitment)
    assert (balances["reserved"], balances["liability"]) == (10 * EACH, Decimal(0))


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_before", "error_after", "truncate", "throttle"])
@pytest.mark.parametrize("operation", ["create_study", "update_study", "transition_study"])
def test_publishing_under_faults_makes_one_study_of_the_planned_places(prolific, panel, survey, kind, operation):
    prolific.faults.add(Fault(kind, operation))
    for _ in range(10):
        try:
            recruitment = publish(survey, panel)
            break
        except ServiceError:
            continue
    live = [study for study in prolific.world.studies.values() if study.status != "UNPUBLISHED"]
    assert [study.values["total_available_places"] for study in live] == [10]
    assert len(prolific.world.studies) == 1
    assert recruitment.state == "open"


def test_a_payment_that_got_no_answer_waits_for_a_person_s_word(prolific, panel, survey, participant):
    recruitment = publish(survey, panel)
    participant(ANN).work()
    paying.approve(recruitment=recruitment, panel=panel)
    asked = Asked(works=(recruitment.submissions.get().work,), amount="0.50", reason="Thank you.")
    prolific.faults.add(Fault("drop_before", "pay_bonus"))

    def act(action, asked=asked):
        return panel_actions.act(action=action, recruitment=recruitment, panel=panel, asked=asked)

    for _ in range(2):
        with pytest.raises(ServiceError):
            act("bonus")
    call = next(each.call for each in differences(recruitment) if each.call)
    assert sums.of_recruitment(recruitment)["liability"] > 0, "it stays set aside while nobody knows"
    act("not_happened", Asked(call=call))
    act("bonus")
    assert sums.of_recruitment(recruitment)["paid"] == Decimal("1.70") == Decimal(prolific.world.paid) / 100
    with pytest.raises(ServiceError, match="no call"):
        act("happened", Asked(call=call))


def post(client, body, *, secret="a secret", at=None):
    timestamp = str(int(at or time.time()))
    headers = {webhook.TIMESTAMP: timestamp, webhook.SIGNATURE: webhook.sign(body, timestamp, secret)}
    return client.post("/hooks/prolific/", body, content_type="application/json", headers=headers)


def test_a_signed_word_makes_a_worker_look_and_again_nothing_more(prolific, panel, survey, participant, client):
    recruitment = publish(survey, panel)
    ann = participant(ANN)
    ann.work()
    DBTaskResult.objects.all().delete()
    body = json.dumps(
        {
            "event_type": webhook.CHANGE,
            "resource_id": ann.submission,
            "status": "AWAITING REVIEW",
            "participant_id": ANN,
        }
    ).encode()
    for _ in range(3):
        assert post(client, body).json() == {"looking": True}
    assert DBTaskResult.objects.count() == 1
    assert ANN not in repr(list(DBTaskResult.objects.values()))
    unknown = body.replace(ann.submission.encode(), b"f" * 24)
    assert post(client, unknown).json() == {"looking": False}
    for refused in (
        post(client, body, secret="another"),
        post(client, body, at=time.time() - 600),
        client.post("/hooks/prolific/", body, content_type="application/json"),
        post(client, b"[]"),
    ):
        assert refused.status_code == 400
        assert "error" in refused.json()
    assert post(client, b"x" * 20_000).status_code == 413
    assert client.get("/hooks/prolific/").status_code == 405
    assert DBTaskResult.objects.count() == 1
    assert Recruitment.objects.get() == recruitment


def test_without_a_token_it_is_said_what_to_set(settings):
    settings.PROLIFIC_API_TOKEN = ""
    with pytest.raises(ServiceError, match="PROLIFIC_API_TOKEN"):
        panels.connect("prolific")
