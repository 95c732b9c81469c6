"""What goes wrong before or instead of a call, in words with a remedy."""

from __future__ import annotations

import pytest

from surveys.panels.base import ArrivalRefused, Eligibility, MemoryJournal, PanelBusy, PanelRefused, PanelUnreachable
from surveys.panels.mturk.door import Door
from surveys.panels.mturk.environments import PRODUCTION, SANDBOX, checked_submit_to, identify
from surveys.panels.mturk.question import MOST_BYTES, external_question, receipt_code
from surveys.panels.mturk.simulator import Fault, Simulator
from surveys.panels.mturk.simulator.show import answers_xml
from surveys.panels.mturk.wire import connect
from surveys.panels.mturk.words import in_words
from surveys.panels.mturk.workers import without_workers


def funds(**settings):
    from surveys.panels.mturk.panel import MTurk

    return MTurk(connect(**{"tries": 1, "per_second": 2000, **settings})).funds()


def test_wrong_keys(simulator):
    with pytest.raises(PanelRefused, match=r"does not accept the keys.*AWS_ACCESS_KEY_ID"):
        funds(endpoint=simulator.url, access_key="NOBODY", secret_key="x")
    with pytest.raises(PanelRefused, match="secret key is wrong"):
        funds(endpoint=simulator.url, secret_key="wrong", access_key="SIMULATOR")


def test_no_keys(simulator, monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(PanelRefused, match="No keys"):
        funds(endpoint=simulator.url)


def test_a_region_of_the_environment_changes_nothing(simulator, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert str(funds(endpoint=simulator.url).available) == "500.00 USD"


def test_a_clock_that_is_wrong(simulator):
    simulator.skew_seconds = 900
    with pytest.raises(PanelRefused, match=r"clock is wrong.*Set the clock"):
        funds(endpoint=simulator.url)


def test_a_name_that_does_not_resolve(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", "https://mturk.invalid")
    with pytest.raises(PanelUnreachable, match=r"does not resolve.*direct hosting"):
        funds()


def test_an_endpoint_that_no_longer_answers(offer):
    with Simulator() as gone:
        url = gone.url
    with pytest.raises(PanelUnreachable, match="refuses connections"):
        funds(endpoint=url)


def test_an_address_that_is_none():
    with pytest.raises(PanelRefused, match="no address"):
        connect(endpoint="nowhere")


def test_nothing_is_half_made_when_the_endpoint_is_gone(offer, journal):
    from surveys.panels.mturk.panel import MTurk

    with Simulator() as gone:
        wire = connect(endpoint=gone.url, tries=1)
    with pytest.raises(PanelUnreachable):
        MTurk(wire).open(offer, token="s1", journal=journal)
    assert not journal.unknown


def test_being_asked_to_slow_down(once, simulator):
    simulator.faults.add(Fault("throttle", "GetAccountBalance"))
    with pytest.raises(PanelBusy, match="Wait a minute"):
        once.funds()


def test_what_the_service_does_not_take_is_quoted(once, offer, journal):
    from dataclasses import replace

    with pytest.raises(PanelRefused, match=r"does not take a value of CreateHITType.*Title"):
        once.open(replace(offer, title="x" * 129), token="t", journal=journal)
    with pytest.raises(PanelRefused, match="35 countries"):
        once.open(replace(offer, eligibility=Eligibility(("US",) * 35)), token="t", journal=journal)


def test_a_name_that_is_reserved_is_refused_in_words(once, offer, journal, simulator, monkeypatch):
    once.open(offer, token="t1", journal=journal)
    monkeypatch.setattr(type(once.wire), "pages", lambda *_a, **_k: iter(()))
    with pytest.raises(PanelRefused, match="48 hours"):
        once.open(offer, token="t2", journal=journal)


def test_production_is_reached_only_by_its_name(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", PRODUCTION)
    with pytest.raises(PanelRefused, match="is production"):
        connect("sandbox")
    assert connect("production").environment.live
    monkeypatch.delenv("AWS_ENDPOINT_URL_MTURK")
    assert connect("sandbox").environment == identify(SANDBOX)
    assert connect("production").environment == identify(PRODUCTION)
    with pytest.raises(PanelRefused, match="no environment"):
        connect("prodution")


@pytest.mark.parametrize(
    ("endpoint", "name", "live"),
    [
        (PRODUCTION, "production", True),
        (SANDBOX, "sandbox", False),
        ("http://127.0.0.1:8900", "127.0.0.1:8900", False),
        ("https://mturk.example", "mturk.example", True),
    ],
)
def test_an_endpoint_says_whether_money_is_real(endpoint, name, live):
    found = identify(endpoint + "/")
    assert (found.name, found.live) == (name, live)


ARRIVING = {"assignmentId": "3ABC", "hitId": "3HIT", "workerId": "A1WORKER", "turkSubmitTo": "https://www.mturk.com/"}


@pytest.fixture
def at_production():
    return Door(identify(PRODUCTION))


def test_the_address_to_submit_to_is_joined_with_care(at_production):
    finish = at_production.finish(at_production.arrival(ARRIVING), receipt_code="R")
    assert finish.url == "https://www.mturk.com/mturk/externalSubmit"
    assert finish.fields == {"assignmentId": "3ABC", "receipt_code": "R"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"workerId": "A1WORKER,A1WORKER"},
        {"workerId": "A1WORKER\n"},
        {"workerId": ""},
        {"workerId": "a1worker"},
        {"workerId": "A" + "1" * 64},
        {"assignmentId": "3ABC<script>"},
        {"hitId": ""},
        {"hitId": "../3HIT"},
        {"turkSubmitTo": "https://evil.example"},
        {"turkSubmitTo": "https://www.mturk.com.evil.example"},
        {"turkSubmitTo": "https://www.mturk.com@evil.example"},
        {"turkSubmitTo": "http://www.mturk.com"},
        {"turkSubmitTo": "https://www.mturk.com/elsewhere"},
        {"turkSubmitTo": "https://workersandbox.mturk.com"},
        {"turkSubmitTo": "javascript:alert(1)"},
        {"turkSubmitTo": "https://[:::"},
        {"turkSubmitTo": ""},
    ],
)
def test_parameters_that_mturk_does_not_send_are_refused_and_not_repeated(wrong, at_production):
    with pytest.raises(ArrivalRefused) as refusal:
        at_production.arrival({**ARRIVING, **wrong})
    (value,) = wrong.values()
    assert not value or value not in str(refusal.value)


def test_a_simulator_takes_its_own_forms_only():
    here = identify("http://127.0.0.1:8900")
    assert checked_submit_to("http://127.0.0.1:8900/", here) == "http://127.0.0.1:8900"
    with pytest.raises(ArrivalRefused):
        checked_submit_to("http://127.0.0.1:8901", here)


def test_a_worker_site_elsewhere_is_named_by_us_alone(once):
    from surveys.panels.mturk.panel import MTurk

    query = {**ARRIVING, "turkSubmitTo": "https://workers.example/"}
    with pytest.raises(ArrivalRefused):
        once.arrival(query)
    named = MTurk(once.wire, submit_to=["https://workers.example"])
    assert named.arrival(query).submit_to == "https://workers.example"
    with pytest.raises(ArrivalRefused):
        MTurk(once.wire, submit_to=["nonsense/path"]).arrival({**ARRIVING, "turkSubmitTo": ""})


def test_no_worker_id_is_in_messages_calls_or_representations(once, journal, offer, site):
    from tests.panels.mturk.test_life import only_status, take

    opening = once.open(offer, token="s", journal=journal)
    (posting,) = once.recruit(opening, 1, token="s", journal=journal)
    once.began(opening, "A1SECRET9", token="g", journal=journal)
    once.compensate(opening, "A1SECRET9", offer.reward, "Sorry.", url=offer.url, token="c", journal=journal)
    take(site, posting.reference, "A2SECRET9")
    (submission,) = only_status(once, posting.reference).submissions
    once.bonus(submission, offer.reward, "Thank you", token="b", journal=journal)
    written = repr((journal.calls, journal.replies, submission, once.arrival({**ARRIVING, **_at_home(once)})))
    assert "SECRET9" not in written
    assert "A1WORKER" not in written
    said = in_words(
        {"Error": {"Code": "ParameterValidationError", "Message": 'The value "A1SECRET9,A2SECRET9" is not valid'}}, "X"
    )
    assert "SECRET" not in str(said)


def _at_home(panel):
    return {"turkSubmitTo": panel.environment.endpoint}


def test_messages_keep_the_words_that_are_no_ids():
    assert without_workers("AWS.MechanicalTurk.Error1: A WORKER, A1B2C3D4") == (
        "AWS.MechanicalTurk.Error1: A WORKER, (a worker id)"
    )


def test_a_question_is_escaped_framed_and_not_too_long():
    from xml.etree import ElementTree

    xml = external_question("https://s.example/?a=1&b=<2>\"'", 700)
    assert [one.text for one in ElementTree.fromstring(xml)] == ["https://s.example/?a=1&b=<2>\"'", "700"]
    with pytest.raises(PanelRefused, match=str(MOST_BYTES)):
        external_question("https://s.example/?" + "ü" * 33_000, 0)
    with pytest.raises(PanelRefused, match="https only"):
        external_question("http://s.example/", 0)


@pytest.mark.parametrize("hostile", ["", "<", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "<x/>"])
def test_answers_that_are_no_answers_have_no_receipt_code(hostile):
    assert receipt_code(hostile) == ""


def test_a_receipt_code_comes_back_as_it_went():
    assert receipt_code(answers_xml({"other": "x", "receipt_code": "R<&>1"})) == "R<&>1"


def test_amounts_are_whole_cents_of_dollars(once, offer, journal, simulator):
    from dataclasses import replace
    from decimal import Decimal

    from surveys.panels.base import Money

    for wrong in (Money(Decimal("0.755"), "USD"), Money(Decimal("0.75"), "EUR"), Money(Decimal("-1"), "USD")):
        with pytest.raises(PanelRefused):
            once.open(replace(offer, reward=wrong), token="t", journal=MemoryJournal())
    assert simulator.world.types == {}
