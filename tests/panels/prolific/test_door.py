"""The way in from a study and back, and what things are called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surveys.panels.base import (
    ArrivalRefused,
    Code,
    PanelRefused,
    Redirect,
)
from surveys.panels.prolific.door import Door
from surveys.panels.prolific.drafts import with_placeholders
from surveys.panels.prolific.environments import identify
from surveys.panels.prolific.names import internal_name, part, tokens_of
from tests.panels.prolific.conftest import QUERY


def test_who_arrives_is_read():
    arrival = Door(identify("https://api.prolific.com")).arrival({**QUERY, "utm": "x"})
    assert (arrival.person, arrival.posting, arrival.assignment) == tuple(QUERY[name] for name in QUERY)
    assert not arrival.preview


@pytest.mark.parametrize("name", list(QUERY))
@pytest.mark.parametrize(
    ("value", "said"),
    [("", "does not say"), ("{{%PROLIFIC_PID%}}", "not filled"), ("%7B", "not filled"), ("a" * 65, "not one that"),
     ("<script>", "not one that"), ("é" * 24, "not one that"), ("a\n", "not one that")],
)  # fmt: skip
def test_an_arrival_that_says_nobody(name, value, said):
    with pytest.raises(ArrivalRefused, match=said) as refused:
        Door(identify("https://api.prolific.com")).arrival({**QUERY, name: value})
    assert not value or value not in str(refused.value)


def test_who_has_finished_goes_back_with_the_code_of_that_end(panel, published, simulator):
    opening = published[0]
    live = Door(identify("https://api.prolific.com"))
    arrival = live.arrival(QUERY)
    for outcome, code in (("complete", "C0MPLETE"), ("screened_out", "SCR33NED")):
        finish = live.finish(arrival, receipt_code="R", outcome=outcome, opening=opening)
        assert isinstance(finish, Redirect)
        assert finish.url == f"https://app.prolific.com/submissions/complete?cc={code}"
        assert code not in repr(finish)
    for outcome in ("", "fled"):
        assert live.finish(arrival, receipt_code="R", outcome=outcome, opening=opening) == Code("R")
    assert live.finish(arrival, receipt_code="R", outcome="complete", opening=None) == Code("R")
    with pytest.raises(PanelRefused, match="another panel"):
        panel.finish(arrival, receipt_code="R", opening=opening)
    elsewhere = Door(live.environment, site="https://site.example/")
    address = "https://site.example/submissions/complete?cc=C0MPLETE"
    assert elsewhere.finish(arrival, receipt_code="R", opening=opening) == Redirect(address)


def test_a_code_cannot_break_out_of_the_address(published):
    opening = replace(published[0], offer=replace(published[0].offer, outcomes={"complete": "a&b=c #"}))
    door = Door(identify("https://api.prolific.com"))
    address = "https://app.prolific.com/submissions/complete?cc=a%26b%3Dc+%23"
    assert door.finish(door.arrival(QUERY), receipt_code="R", opening=opening) == Redirect(address)


def test_our_address_keeps_its_own_parameters():
    filled = "PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
    assert with_placeholders("https://x.example/a") == f"https://x.example/a?{filled}"
    assert with_placeholders("https://x.example/a?b=1#c") == f"https://x.example/a?b=1&{filled}#c"


def test_tokens_are_found_again_in_names():
    assert tokens_of(internal_name("a:1")) == ("a:1", "")
    assert tokens_of(internal_name("a:1", "b:2")) == ("a:1", "b:2")
    assert tokens_of("somebody's") == ("", "")
    assert len(part("x" * 64, "publish")) <= 64
    assert part("x" * 64, "a") != part("y" * 64, "a")
