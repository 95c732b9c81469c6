"""The commands around a panel: prices, publishing, looking, paying, closing; refusals in words."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from surveys.models import PanelSubmission, Recruitment
from surveys.panels.mturk.simulator import Fault
from tests.surveys.panels.conftest import make_survey

pytestmark = pytest.mark.django_db


def run(*command: str, **options: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def published(mturk):
    make_survey(raters=10)
    run("publish", panel="mturk", at_most="50.00")
    return Recruitment.objects.get()


def test_prices_are_said_both_ways_and_nothing_is_published(mturk):
    survey = make_survey(raters=10)
    said = run("publish", panel="mturk", prices=True)
    assert (
        "--most 9: at most 9 in a posting, 3 postings, 18.00 USD (15.00 USD to people, 3.00 USD to the panel)" in said
    )
    assert "--most 0: all in one posting, 1 postings, 21.00 USD" in said
    assert "practice: no real money" in said
    survey.refresh_from_db()
    assert (survey.state, mturk.world.calls) == ("planned", [])


def test_publishing_again_goes_on_where_it_was_and_then_finds_nothing_to_do(mturk):
    make_survey(raters=10)
    mturk.faults.add(Fault("no_funds", "CreateHITWithHITType", skip=1))
    with pytest.raises(CommandError, match="Add funds"):
        run("publish", panel="mturk", at_most="50.00")
    assert "20 of 20 places in 3 postings" in run("publish", panel="mturk")
    with pytest.raises(CommandError, match="advertised already"):
        run("publish", panel="mturk")


def test_the_whole_way_by_commands(mturk, published, worker):
    hit = next(iter(mturk.world.hits))
    done = worker("A1ANN").work(hit)
    ben = worker("A2BEN").accept(hit)
    mturk.site.submit({"assignmentId": ben.held, "receipt_code": "x"})
    cleo = worker("A3CLEO").accept(hit)
    begun = cleo.begin()
    cleo.answer(begun)
    cleo.finish()
    mturk.site.give_back(cleo.held)
    said = run("sync_panels")
    assert "2 new" in said
    assert "is of somebody who never came here by this id" in said
    assert "Approved: 1." in run("panel", "approve")
    stranger = PanelSubmission.objects.get(assignment=None).work
    with pytest.raises(CommandError, match="needs a reason"):
        run("panel", "reject", work=[stranger])
    assert "Rejected: 1." in run("panel", "reject", work=[stranger], reason="Nothing was answered.")
    assert "Paid after all." in run("panel", "unreject", work=[stranger], reason="Ours was the mistake.")
    mine = PanelSubmission.objects.get(assignment=done).work
    assert "Paid." in run("panel", "bonus", work=[mine], amount="0.20", reason="For your patience.")
    assert "They find it at" in run("panel", "compensate", assignment=begun.code, reason="The form was lost.")
    special = list(mturk.world.hits)[-1]
    cleo.accept(special)
    cleo.hand_in(cleo.come_back())
    assert "Approved: 1." in run("panel", "approve")
    assert "Paused" in run("panel", "pause")
    with pytest.raises(CommandError, match="Stop it first"):
        run("panel", "close")
    assert "Stopped" in run("panel", "stop")
    said = run("panel", "close")
    assert "Closed" in said
    published.refresh_from_db()
    assert published.state == "closed"
    assert mturk.world.paid == 3 * Decimal("0.75") + Decimal("0.20")
    assert "paid            2.4500 USD" in said
    assert mturk.world.held == 0


def test_commands_say_what_they_lack(mturk, published):
    for action, options, words in (
        ("bonus", {}, "Say which work"),
        ("bonus", {"work": ["3ABC"]}, "is no amount"),
        ("bonus", {"work": ["3ABC"], "amount": "much"}, "is no amount"),
        ("bonus", {"work": ["3ABC"], "amount": "0.005", "reason": "Thanks"}, "is no amount"),
        ("bonus", {"work": ["3ABC"], "amount": "1.00", "reason": "Thanks"}, "has the id 3ABC"),
        ("compensate", {}, "Say whom"),
        ("compensate", {"assignment": "a-nobody"}, "Nobody who came"),
        ("extend", {}, "advertised already"),
        ("status", {"recruitment": 99}, "none of this number"),
    ):
        with pytest.raises(CommandError, match=words):
            run("panel", action, **options)
    with pytest.raises(CommandError, match="leave out --link"):
        run("publish", panel="mturk", link="open")


def test_a_service_that_fails_is_said_in_words_and_looked_at_again(mturk, published):
    mturk.faults.add(Fault("error_before", times=1000))
    with pytest.raises(CommandError, match="1 could not be looked at"):
        run("sync_panels")
    published.refresh_from_db()
    assert "Mechanical Turk failed" in published.trouble
    mturk.faults.clear()
    assert "0 new" in run("sync_panels")
    published.refresh_from_db()
    assert not published.trouble


def test_settings_that_lead_elsewhere_are_noticed(mturk, published, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", "http://127.0.0.1:1")
    with pytest.raises(CommandError, match="the settings lead to"):
        run("panel", "approve")


def test_real_money_needs_the_price_typed(mturk, monkeypatch, settings):
    """An endpoint that is neither the sandbox nor on this machine is real; nothing is sent before the price is said."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", "https://mturk.example")
    settings.FRAMED_BY = ["https://mturk.example"]
    survey = make_survey()
    for typed in ("", "8.99", "nine"):
        with pytest.raises(CommandError, match=r"Type the price .*9\.00"):
            run("publish", panel="mturk", at_most="50.00", price=typed)
    survey.refresh_from_db()
    assert survey.state == "planned"


def test_without_a_reward_or_below_the_floor_nobody_is_recruited(mturk):
    make_survey(floor="500.00")
    with pytest.raises(CommandError, match="--below-floor"):
        run("publish", panel="mturk", at_most="50.00")
    assert "10 of 10 places" in run("publish", panel="mturk", at_most="50.00", below_floor=True)
