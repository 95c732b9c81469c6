"""What the wire makes of replies that no simulator gives, and of none."""

from __future__ import annotations

import httpx
import pytest

from surveys.panels.base import Funds, Pace, PanelBusy, PanelRefused, PanelUnreachable, PanelUnsure
from surveys.panels.prolific.account import Account
from surveys.panels.prolific.environments import identify
from surveys.panels.prolific.wire import Wire
from surveys.panels.prolific.words import Gone


class Line:
    """A connection at whose other end stands a list of replies; what is left over is the last one."""

    def __init__(self, *replies, tries=3):
        self.replies = list(replies)
        self.sent: list[httpx.Request] = []
        self.slept: list[float] = []
        client = httpx.Client(base_url="https://api.example", transport=httpx.MockTransport(self.answer))
        pace = Pace(10_000)
        self.wire = Wire(client, identify("https://api.example"), pace, tries=tries, sleep=self.slept.append)

    def answer(self, request):
        self.sent.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    def write(self):
        return self.wire.write("POST", "create study", "/studies/", {"a": 1})


def ok(body, **more):
    return httpx.Response(200, json=body, **more)


def test_a_write_that_never_left_is_sent_again():
    line = Line(httpx.ConnectError("Connection refused"), httpx.ConnectTimeout(""), ok({"id": "1"}))
    assert line.write() == {"id": "1"}
    assert line.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    "lost", [httpx.ReadTimeout(""), httpx.ReadError(""), httpx.WriteError(""), httpx.RemoteProtocolError("")]
)
def test_a_write_that_may_have_arrived_is_not(lost):
    line = Line(lost)
    with pytest.raises(PanelUnsure, match="lost before an answer"):
        line.write()
    assert len(line.sent) == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [("[Errno -2] Name or service not known", "does not resolve"), ("[Errno 111] Connection refused", "refuses"),
     ("certificate verify failed", "does not prove that it is itself"), ("network is unreachable", "does not answer")],
)  # fmt: skip
def test_why_nothing_was_reached(error, said):
    with pytest.raises(PanelUnreachable, match=said):
        Line(httpx.ConnectError(error), tries=1).write()


def test_a_gateways_page_is_no_reply():
    page = httpx.Response(502, text="<html>Bad gateway</html>")
    line = Line(page)
    with pytest.raises(PanelUnsure, match="502"):
        line.write()
    assert len(line.sent) == 1
    with pytest.raises(PanelUnreachable):
        line.wire.read("retrieve study", "/studies/1/")
    assert len(line.sent) == 4


def test_a_page_that_is_no_json_is_no_reply_either():
    with pytest.raises(PanelUnsure, match="not Prolific's"):
        Line(httpx.Response(200, text="<html>Hello</html>")).write()


def test_nobody_is_followed_elsewhere_with_the_token():
    line = Line(httpx.Response(302, headers={"Location": "https://elsewhere.example"}))
    with pytest.raises(PanelRefused, match="302"):
        line.write()
    assert len(line.sent) == 1


@pytest.mark.parametrize(
    ("said", "waited"),
    [("7", 7.0), ("0", 0.0), ("-3", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", 1.0), ("", 1.0)],
)
def test_how_long_to_wait(said, waited):
    line = Line(httpx.Response(429, headers={"Retry-After": said}), ok({"id": "1"}))
    line.write()
    assert line.slept == [waited]


def test_a_wait_without_end_is_said():
    line = Line(httpx.Response(429))
    with pytest.raises(PanelBusy):
        line.write()
    assert line.slept == [1.0, 2.0]
    with pytest.raises(PanelBusy):
        Line(httpx.Response(429, headers={"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"})).write()


def test_a_page_beyond_the_last_ends_a_list_and_a_list_that_is_not_there_does_not():
    full = ok({"results": [{"id": str(number)} for number in range(20)]})
    line = Line(full, httpx.Response(404, json={}))
    assert len(list(line.wire.pages("list studies", "/studies/"))) == 20
    with pytest.raises(Gone):
        list(Line(httpx.Response(404, json={})).wire.pages("list studies", "/studies/"))


@pytest.mark.parametrize("body", [{}, {"results": {}}, {"results": [{"id": ""}]}, {"results": ["x"]}, []])
def test_a_list_that_is_none(body):
    with pytest.raises(PanelUnreachable, match="list studies"):
        list(Line(ok(body)).wire.pages("list studies", "/studies/"))


@pytest.mark.parametrize("found", [[], [{"id": "1"}, {"id": "2"}]])
def test_which_workspace_must_be_said_where_there_is_not_just_one(found):
    with pytest.raises(PanelRefused, match=f"belongs to {len(found)} workspaces.*Say which"):
        Account(Line(ok({"results": found})).wire).funds()


def test_a_balance_that_is_not_told():
    assert Account(Line(ok({"currency_code": "USD"})).wire, workspace="w").funds() == Funds(None)
    with pytest.raises(PanelRefused, match="does not say what the workspace pays in"):
        Account(Line(ok({})).wire, workspace="w").funds()
