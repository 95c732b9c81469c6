"""Tokens, addresses, and what the service says no with."""

from __future__ import annotations

import pytest

from surveys.panels.base import (
    MemoryJournal,
    PanelBusy,
    PanelRefused,
    PanelUnreachable,
    PanelUnsure,
)
from surveys.panels.prolific.connection import connect
from surveys.panels.prolific.environments import identify
from surveys.panels.prolific.simulator import Simulator
from surveys.panels.prolific.words import Gone, InAnotherState, in_words
from tests.panels.prolific.conftest import ANNE


def funds(token="simulator-token", **settings):
    return connect(token, **{"tries": 1, "per_second": 5000, **settings}).funds()


def test_a_wrong_token(simulator):
    with pytest.raises(PanelRefused, match=r"does not accept the token.*PROLIFIC_API_TOKEN") as refused:
        funds("wrong-token", base_url=simulator.url)
    assert "wrong-token" not in str(refused.value)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "köln"])
def test_a_token_that_is_none(token):
    with pytest.raises(PanelRefused, match="No token"):
        connect(token)


@pytest.mark.parametrize(
    "address",
    ["", "nowhere", "http://api.prolific.com", "https://a:b@api.prolific.com", "https://api.prolific.com/api/v1",
     "https://api.prolific.com?x=1", "ftp://127.0.0.1", "http://[", "https://x:y"],
)  # fmt: skip
def test_an_address_that_no_token_is_sent_to(address):
    with pytest.raises(PanelRefused, match="PROLIFIC_API_URL"):
        connect("token", base_url=address)


def test_a_name_that_does_not_resolve():
    with pytest.raises(PanelUnreachable, match=r"does not resolve.*PROLIFIC_API_URL"):
        funds(base_url="https://prolific.invalid")


def test_an_address_that_no_longer_answers(offer):
    with Simulator() as gone:
        url = gone.url
    panel = connect("token", base_url=url, tries=2, per_second=5000, backoff_seconds=0.001)
    with pytest.raises(PanelUnreachable, match="refuses connections"):
        panel.funds()
    journal = MemoryJournal()
    with pytest.raises(PanelUnreachable):
        panel.open(offer, token="s1", journal=journal)
    assert not journal.unknown


def test_environments():
    found = identify("https://api.prolific.com/")
    assert (found.panel, found.name, found.live) == ("prolific", "production", True)
    assert (identify("http://127.0.0.1:8901").name, identify("http://127.0.0.1:8901").live) == ("127.0.0.1:8901", False)
    assert identify("https://prolific.example:444").live


def test_the_workspace_must_be_known(panel, simulator, monkeypatch):
    from surveys.panels.prolific.simulator import account

    monkeypatch.setattr(account, "WORKSPACE", "7" * 24)
    with pytest.raises(Gone, match="does not know this id"):
        funds(base_url=simulator.url, workspace="8" * 24)


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, {"error": {"status": 401, "error_code": 7, "title": "x", "detail": "d"}}, PanelRefused, "token"),
        (403, {"error": {"detail": "Not yours"}}, PanelRefused, "may not do this.*Not yours"),
        (404, {"error": {"detail": "x"}}, Gone, "does not know"),
        (402, None, PanelRefused, "does not hold enough"),
        (400, {"detail": "Your available balance is insufficient"}, PanelRefused, "Add funds"),
        (400, {"error": {"detail": {"reward": ["Too low.", "No."]}}}, PanelRefused, "reward: Too low., No."),
        (400, {"error": {"detail": "Study status must be ACTIVE"}}, InAnotherState, "Fetch the state"),
        (409, {}, InAnotherState, "409"),
        (422, {"error": "words"}, PanelRefused, "words"),
        (400, [1], PanelRefused, "400"),
        (418, None, PanelRefused, "418"),
        (500, None, PanelUnsure, "failed while"),
        (503, {"error": {"title": "Down"}}, PanelUnsure, "Down"),
    ],
)  # fmt: skip
def test_each_error_is_said_in_words(status, body, kind, said):
    error = in_words(status, body, "create study")
    assert type(error) is kind
    with pytest.raises(kind, match=said):
        raise error


def test_ids_and_secrets_are_never_repeated():
    detail = f"{ANNE} used C0DE in study {'ab' * 12}"
    said = str(in_words(400, {"error": {"detail": detail}}, "x", hide=("C0DE",)))
    assert ANNE not in said
    assert "C0DE" not in said
    assert "(an id) used (…) in study (an id)" in said


def test_a_long_message_is_cut():
    assert len(in_words(400, {"error": {"detail": "x" * 10_000}}, "y").what) < 600


def test_a_service_that_is_busy_says_so():
    from surveys.panels.prolific.words import busy

    assert isinstance(busy(0), PanelBusy)
    assert "a minute" in busy(0).remedy
