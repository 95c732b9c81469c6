"""Whatever a server does to a call: what it is called, that it is billed at most once, and what the next run does."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compression.budget import RunBudget
from compression.captioners.openai_chat import OpenAIChatCaptioner, OpenAIChatSettings
from compression.errors import StopRun
from compression.paid import CallFailed
from compression.reconstructors.openai_images import OpenAIImagesReconstructor, OpenAIImagesSettings
from compression.store import Store
from compression.types import Original
from tests.compression import openai_server, paid_worlds
from tests.compression.openai_server import OpenAIServer
from tests.compression.pictures import saved, textured

Make = Callable[..., Any]


@pytest.fixture
def chat(tmp_path: Path) -> Make:
    """Return a function that asks for words for picture 1."""
    data = saved(textured(1, 64, 48), "PNG")
    path = tmp_path / "one.png"
    path.write_bytes(data)
    original = Original(
        "one", "things", path, hashlib.sha256(data).hexdigest(), len(data), "", may_send_to_third_parties=True,
        width=64, height=48,
    )  # fmt: skip
    captioner = OpenAIChatCaptioner(OpenAIChatSettings.model_validate({"model": openai_server.EYES, "preset": "paper"}))
    return lambda caller: captioner.caption(original, caller)


@pytest.fixture
def image() -> Make:
    """Return a function that asks for a picture of two words."""
    settings = OpenAIImagesSettings.model_validate({"model": openai_server.PAINTER, "size": "64x64"})
    reconstructor = OpenAIImagesReconstructor(settings)
    return lambda caller: reconstructor.reconstruct("two words", "one", 1, 64, 48, caller)


@pytest.fixture(params=["chat", "image"])
def either(request: pytest.FixtureRequest) -> Make:
    make: Make = request.getfixturevalue(request.param)
    return make


STOPPING = {
    "echo key": "refuses the key .*correct TWICETOLD_OPENAI_API_KEY",
    "forbidden": "Your country is not supported",
    "no model": "no such model or address .*name a model that it lists",
    "no model, 400": "no such model",
    "quota": "The account can pay no more .*top it up",
    "billing limit": "The account can pay no more",
    "redirect": "points elsewhere .*check TWICETOLD_OPENAI_BASE_URL",
    "slow down a day": "it asks to wait 86400 seconds.: build again after that time",
}


@pytest.mark.parametrize("fault", STOPPING)
def test_what_all_calls_would_meet_ends_the_run_at_once(
    server: OpenAIServer, store: Store, either: Make, fault: str
) -> None:
    server.faults = [fault]
    calls = paid_worlds.caller(store)
    with pytest.raises(StopRun, match=STOPPING[fault]):
        either(calls)
    with pytest.raises(StopRun):
        either(calls)
    assert (len(server.requests), server.bills) == (1, [])
    either(paid_worlds.caller(store))
    assert len(server.bills) == 1, "the next run goes on without being asked"


REJECTED = {"bad parameter": "refuses the call .400: Unknown parameter: 'style'", "policy": "content policy .*violence",
            "old policy": "content policy", "half an error": "half \ufffd an error\ufffd"}  # fmt: skip


@pytest.mark.parametrize("fault", REJECTED)
def test_what_concerns_one_picture_lets_the_others_go_on(
    server: OpenAIServer, store: Store, chat: Make, image: Make, fault: str
) -> None:
    server.faults = [fault]
    calls = paid_worlds.caller(store, budget=RunBudget(max_calls=1))
    with pytest.raises(CallFailed, match=REJECTED[fault]):
        image(calls)
    chat(calls)  # what was refused is not counted
    assert server.bills == ["chat"]
    assert [("cost" in attempt.row) for attempt in paid_worlds.attempts(store)].count(True) == 1
    with pytest.raises(CallFailed, match=REJECTED[fault]):
        image(paid_worlds.caller(store, repeat_possibly_billed=True))
    assert len(server.requests) == 2
    image(paid_worlds.caller(store, retry_failed=True))
    assert server.bills == ["chat", "image"]


UNUSABLE_WORDS = {
    "no data": "The caption is empty",
    "no objects": "The caption is empty",
    "error in disguise": "answered an error: upstream is down",
    "refusal": "The model refuses: I cannot help with people",
    "filter": "content filter",
    "length": "cut off .*raise max_completion_tokens",
    "empty": "The caption is empty",
    "null": "The caption is empty",
    "half a character": "has broken characters",
}
UNUSABLE_PICTURES = {
    "no data": "has no picture",
    "no objects": "has no picture",
    "error in disguise": "answered an error: upstream is down",
    "null picture": "has no picture",
    "no base64": "is no base64",
    "no picture": "is not a picture but text",
    "black": "is black .*all over",
    "small": "32 × 32 px instead of 64 × 64",
    "redirecting address": "cannot be fetched .302",
    "lost address": "cannot be fetched .404",
    "other host": "at another host .169.254.169.254.*TWICETOLD_OPENAI_PICTURE_HOSTS",
    "no address": "at another host",
    "a file": "at another host",
}


def unusable(server: OpenAIServer, store: Store, make: Make, fault: str, message: str) -> None:
    server.faults = [fault]
    with pytest.raises(CallFailed, match=message):
        make(paid_worlds.caller(store))
    for options in ({}, {"repeat_possibly_billed": True}):
        with pytest.raises(CallFailed, match=message):
            make(paid_worlds.caller(store, **options))
    assert len(server.requests) == len(server.bills) == 1
    (attempt,) = paid_worlds.attempts(store)
    assert (attempt.state, attempt.possibly_billed) == ("failed", False)
    assert store.has_blob(attempt.row["answer"])
    assert attempt.row["cost"]
    make(paid_worlds.caller(store, retry_failed=True))
    assert len(server.bills) == 2


@pytest.mark.parametrize("fault", UNUSABLE_WORDS)
def test_words_of_no_use_are_paid_and_kept_and_bought_anew_when_asked(
    server: OpenAIServer, store: Store, chat: Make, fault: str
) -> None:
    unusable(server, store, chat, fault, UNUSABLE_WORDS[fault])


@pytest.mark.parametrize("fault", UNUSABLE_PICTURES)
def test_pictures_of_no_use_are_paid_and_kept_and_bought_anew_when_asked(
    server: OpenAIServer, store: Store, image: Make, fault: str
) -> None:
    unusable(server, store, image, fault, UNUSABLE_PICTURES[fault])


UNKNOWN = {
    "timeout 408": "failed with 408",
    "conflict": "failed with 409",
    "server error": "failed with 500",
    "overloaded": "failed with 503",
    "gateway page": "failed with 502",
    "page": "answered a web page .HTML",
    "broken JSON": "answered broken JSON",
    "not a number": "answered broken JSON",
    "deep": "answered broken JSON",
    "a list": "answered broken JSON",
    "nothing": "answered nothing",
    "hang": "no answer came in time",
    "drip": "not complete after 0.3 seconds",
    "cut": "the connection broke off",
    "reset": "the connection broke off",
}


@pytest.mark.parametrize("fault", UNKNOWN)
def test_what_nobody_knows_the_fate_of_is_possibly_billed_and_not_repeated_unasked(
    server: OpenAIServer, store: Store, either: Make, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault in {"hang", "drip"}:
        for kind in ("CHAT", "IMAGE"):
            monkeypatch.setenv(f"TWICETOLD_OPENAI_{kind}_SECONDS", "0.3")
    server.faults = [fault]
    budget = RunBudget(max_calls=1)
    message = f"Possibly billed: .*{UNKNOWN[fault]}.*--repeat-possibly-billed"
    with pytest.raises(CallFailed, match=message):
        either(paid_worlds.caller(store, budget=budget))
    assert budget.calls == 1
    for options in ({}, {"retry_failed": True}):
        with pytest.raises(CallFailed, match=message):
            either(paid_worlds.caller(store, **options))
    assert len(server.requests) == 1
    assert len(server.bills) <= 1
    assert [attempt.possibly_billed for attempt in paid_worlds.attempts(store)] == [True]
    for kind in ("CHAT", "IMAGE"):
        monkeypatch.setenv(f"TWICETOLD_OPENAI_{kind}_SECONDS", "20")
    either(paid_worlds.caller(store, repeat_possibly_billed=True))
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("faults", "sleeps"),
    [
        (["slow down", "slow down", "slow down"], [1, 2, 4]),
        (["slow down 1"], [1]),
        (["slow down 300", "slow down"], [300, 2]),
    ],
)
def test_a_server_that_wants_fewer_calls_is_given_time(
    server: OpenAIServer, store: Store, either: Make, faults: list[str], sleeps: list[float]
) -> None:
    server.faults, slept = list(faults), list[float]()
    budget = RunBudget(max_calls=1)
    either(paid_worlds.caller(store, budget=budget, sleep=slept.append))
    assert (budget.calls, len(server.bills)) == (1, 1)
    assert len(server.requests) == len(faults) + 1
    # no time passes in this test, so what is left of an earlier wait can be asked for once more
    assert slept[0] == pytest.approx(sleeps[0], abs=0.5)
    assert max(slept) == pytest.approx(max(sleeps), abs=0.5)
    assert [attempt.state for attempt in paid_worlds.attempts(store)] == ["failed"] * len(faults) + ["done"]


def test_patience_ends(server: OpenAIServer, store: Store, either: Make) -> None:
    server.faults = ["slow down"] * 8
    with pytest.raises(StopRun, match=r"wants fewer calls .429: Rate limit reached., 8 times: build again later"):
        either(paid_worlds.caller(store))
    assert server.bills == []
    either(paid_worlds.caller(store))
    assert len(server.bills) == 1


def test_a_server_that_is_not_there_ends_the_run(store: Store, either: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWICETOLD_OPENAI_API_KEY", "any")
    monkeypatch.setenv("TWICETOLD_OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    budget = RunBudget(max_calls=1)
    with pytest.raises(StopRun, match="cannot be reached, 5 times: check TWICETOLD_OPENAI_BASE_URL, and the network"):
        either(paid_worlds.caller(store, budget=budget))
    assert budget.calls == 0
    assert not any(attempt.possibly_billed for attempt in paid_worlds.attempts(store))


def test_threads_share_the_waiting(server: OpenAIServer, store: Store, chat: Make, image: Make) -> None:
    server.faults = ["slow down 1"]
    slept: list[float] = []
    calls = paid_worlds.caller(store, sleep=slept.append)
    chat(calls)
    image(calls)
    assert len(slept) == 2, "a second call, of another kind, waits as well"


def test_a_study_goes_on_past_a_refusal_and_names_the_picture(server: OpenAIServer, tmp_path: Path) -> None:
    store, plan = Store(tmp_path / "store"), paid_worlds.plan(tmp_path / "study", originals=3)
    server.faults = ["refusal"]
    assert paid_worlds.run(plan, store, paid_worlds.caller(store, concurrency=1)) == ""
    states = [(row.state, row.reason) for row in paid_worlds.rows(plan, store)]
    assert [state for state, _ in states] == ["failed", "ready", "ready"]
    assert "The model refuses: I cannot help with people" in states[0][1]
    assert sorted(server.bills) == ["chat"] * 3 + ["image"] * 2
    assert paid_worlds.run(plan, store, paid_worlds.caller(store)) == ""
    assert len(server.bills) == 5


def test_a_study_stops_when_the_account_is_empty_and_goes_on_later(server: OpenAIServer, tmp_path: Path) -> None:
    store, plan = Store(tmp_path / "store"), paid_worlds.plan(tmp_path / "study", originals=3)
    server.faults = ["", "quota"]
    ended = paid_worlds.run(plan, store, paid_worlds.caller(store, concurrency=1))
    assert "The account can pay no more (429: You exceeded your current quota): top it up" in ended
    assert (len(server.requests), server.bills) == (2, ["chat"])
    assert paid_worlds.run(plan, store, paid_worlds.caller(store)) == ""
    assert sorted(server.bills) == ["chat"] * 3 + ["image"] * 3
