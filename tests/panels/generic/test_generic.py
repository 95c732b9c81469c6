"""Panels described as data, and our own links: who arrives, and where they go at the end."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from surveys.panels.base import (
    ArrivalRefused,
    Can,
    Code,
    MemoryJournal,
    Money,
    Offer,
    Panel,
    PanelRefused,
    Redirect,
    State,
    Submission,
)
from surveys.panels.direct import Direct
from surveys.panels.generic import PRESETS, DescriptionError, Generic, read

CONNECT = """
name = "connect"
[parameters]
person = "participantId"
assignment = "assignmentId"
posting = "projectId"
[outcomes.complete]
redirect = "https://connect.example.org/done?code={code}&who={person}"
code = "DONE-1"
[outcomes.screened_out]
code = "OUT-2"
"""
CAME = {"participantId": "5f1a.b_c", "assignmentId": "a1", "projectId": "p1"}
ONE_EURO = Money(Decimal("1.00"), "EUR")


def connect() -> Generic:
    return Generic(read(tomllib.loads(CONNECT)))


def described(**changed: Any) -> dict[str, Any]:
    return {"name": "panel", "parameters": {"person": "pid"}, "outcomes": {"complete": {"code": "DONE"}}} | changed


def test_who_arrives_is_who_the_panel_says():
    arrival = connect().arrival(CAME | {"utm": "elsewhere"})
    assert (arrival.person, arrival.assignment, arrival.posting, arrival.preview) == ("5f1a.b_c", "a1", "p1", False)
    assert (arrival.environment.panel, arrival.environment.name) == ("generic", "connect")
    assert "5f1a" not in repr(arrival)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "has no participantId"),
        ("{{%PROLIFIC_PID%}}", "placeholder"),
        ("[%PID%]", "placeholder"),
        ("ID,ID", "is no id"),
        ("a b", "is no id"),
        ("a\n", "is no id"),
        ("a" * 256, "is no id"),
        ("../../etc", "is no id"),
        ("é", "is no id"),
    ],
)
def test_ids_that_no_panel_sends_are_refused_in_words_that_hold_none(value, told):
    with pytest.raises(ArrivalRefused, match=told) as refused:
        connect().arrival(CAME | {"participantId": value})
    assert refused.value.remedy
    assert not value or value not in str(refused.value)


def test_each_outcome_has_its_own_end():
    panel = connect()
    arrival = panel.arrival(CAME)
    end = panel.finish(arrival, receipt_code="R-1", outcome="complete")
    assert end == Redirect("https://connect.example.org/done?code=DONE-1&who=5f1a.b_c")
    assert "DONE-1" not in repr(end)
    assert panel.finish(arrival, receipt_code="R-1", outcome="screened_out") == Code("OUT-2")
    assert panel.finish(arrival, receipt_code="R-1", outcome="returned") == Code("R-1"), "not described: the receipt"
    with pytest.raises(PanelRefused, match="another panel"):
        panel.finish(Direct().arrival({}), receipt_code="R-1")


@given(some.text(alphabet=some.characters(codec="ascii"), min_size=1, max_size=300))
def test_whatever_a_person_is_called_the_address_stays_the_panels(person):
    panel = connect()
    try:
        arrival = panel.arrival(CAME | {"participantId": person})
    except ArrivalRefused:
        return
    end = panel.finish(arrival, receipt_code="R")
    assert isinstance(end, Redirect)
    parts = urlsplit(end.url)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("https", "connect.example.org", "/done", "")
    assert parse_qs(parts.query, strict_parsing=True) == {"code": ["DONE-1"], "who": [person]}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"outcomes": {}}, "outcomes"),
        ({"outcomes": {"screened_out": {"code": "A"}}}, "lacks complete"),
        ({"outcomes": {"complete": {}}}, "say a code, or an address"),
        ({"outcomes": {"complete": {"code": "A B"}}}, "outcomes.complete.code"),
        ({"outcomes": {"complete": {"code": "A"}, "returned": {"code": "A"}}}, "two outcomes have one code"),
        ({"outcomes": {"complete": {"redirect": "http://a.example/"}}}, "begins with https"),
        ({"outcomes": {"complete": {"redirect": "https://{person}/x"}}}, "begins with https"),
        ({"outcomes": {"complete": {"redirect": "https://me@a.example/"}}}, "begins with https"),
        ({"outcomes": {"complete": {"redirect": "https://a.example\\@b.example/"}}}, "backslashes"),
        ({"outcomes": {"complete": {"redirect": "https://a.example/ x"}}}, "spaces"),
        ({"outcomes": {"complete": {"redirect": "https://a.example/{person.__class__}"}}}, "can't be filled in"),
        ({"outcomes": {"complete": {"redirect": "https://a.example/{person!r}"}}}, "can't be filled in"),
        ({"outcomes": {"complete": {"redirect": "https://a.example/{"}}}, "braces are not closed"),
        ({"outcomes": {"complete": {"redirect": "https://a.example/?c={code}"}}}, "there is no code"),
        ({"outcomes": {"complete": {"redirect": "https://a.example/{posting}"}}}, "parameters has no posting"),
        ({"parameters": {"person": "pid", "posting": "pid"}}, "a name of its own"),
        ({"parameters": {"person": "a b"}}, "parameters.person"),
        ({"parameters": {}}, "parameters.person"),
        ({"price": 3}, "price"),
        ({"name": "No Name"}, "name"),
    ],
)
def test_a_description_that_cannot_be_used_says_where_and_why(changed, told):
    with pytest.raises(DescriptionError, match=told):
        read(described(**changed))
    assert read(described()).outcomes["complete"].code == "DONE"


@pytest.mark.parametrize("said", [None, [], "panel", {"name": 1}])
def test_what_is_no_description_at_all_is_refused(said):
    with pytest.raises(DescriptionError):
        read(said)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_can_be_used_as_they_are(name):
    panel = Generic(read(described(name=name, parameters=PRESETS[name].model_dump())))
    ids = {value: "x1" for value in PRESETS[name].model_dump().values() if value}
    assert panel.arrival(ids).person == "x1"


@pytest.mark.parametrize("panel", [Direct(), connect()])
def test_links_cost_no_call_and_nobody_is_paid_through_them(panel: Panel):
    journal = MemoryJournal()
    offer = Offer("Pictures", "Look", (), "https://ours.example/join/k/", ONE_EURO, 600, 86400, 0)
    opening = panel.open(offer, token="t", journal=journal)
    (posting,) = panel.recruit(opening, 5, token="t:1", journal=journal)
    assert panel.recruit(opening, 5, token="t:1", journal=journal) == (posting,)
    assert (posting.url, posting.places) == (offer.url, 5)
    assert panel.extend(opening, posting, 2, token="t:2", journal=journal)[0].places == 7
    panel.stop(posting.reference, token="s", journal=journal)
    panel.began(opening, "x", token="b", journal=journal)
    assert panel.close(posting.reference, token="c", journal=journal).done
    assert panel.ways(5, ONE_EURO, on=date(2026, 11, 1))[0].price.total == Money(Decimal("5.00"), "EUR")
    assert panel.funds().available is None
    submission = Submission(posting.reference, "a", "person-7", State.SUBMITTED)
    for refused in (
        lambda: panel.approve(submission, token="p", journal=journal),
        lambda: panel.reject(submission, "no", token="p", journal=journal),
        lambda: panel.unreject(submission, "yes", token="p", journal=journal),
        lambda: panel.bonus(submission, ONE_EURO, "thanks", token="p", journal=journal),
        lambda: panel.screen_out(submission, ONE_EURO, token="p", journal=journal),
        lambda: panel.compensate(opening, "person-7", ONE_EURO, "so", url="", token="p", journal=journal),
        lambda: panel.status([posting.reference], on=date(2026, 11, 1)),
    ):
        with pytest.raises(PanelRefused) as error:
            refused()
        assert "person-7" not in str(error.value)
        assert error.value.remedy
    assert (panel.abilities, panel.postings(), journal.calls) == (frozenset[Can](), (), [])


def test_our_own_links_show_the_receipt():
    panel = Direct()
    arrival = panel.arrival({"anything": "{{x}}"})
    assert (arrival.person, panel.finish(arrival, receipt_code="R-1", outcome="complete")) == ("", Code("R-1"))
