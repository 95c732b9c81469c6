"""Hard limits of a run, and what a study's calls would cost before any is made."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from compression import weights
from compression.budget import RunBudget
from compression.calls import Caller, Estimate, PlannedCall, Reply
from compression.errors import StopRun
from compression.estimates import estimate_plan
from compression.prices import Prices
from compression.store import Store
from tests.compression import openai_server, paid_worlds, worlds
from tests.compression.openai_server import OpenAIServer

HUMAN = {"backend": "human", "file": "captions.csv"}


def test_no_call_is_set_aside_that_would_pass_a_limit() -> None:
    budget = RunBudget(max_cost=Decimal("1.00"))
    budget.reserve("a", Decimal("0.60"), "USD")
    with pytest.raises(StopRun, match=r"could cost 0.60 USD, with 0.60 of 1.00 spent or set aside"):
        budget.reserve("b", Decimal("0.60"), "USD")
    budget.settle("a", Decimal("0.10"))
    budget.reserve("b", Decimal("0.60"), "USD")
    budget.release("b")
    budget.settle("a", None)
    assert (budget.spent, budget.calls) == ({"USD": Decimal("0.10")}, 1)


def test_a_limit_in_money_needs_prices_in_one_currency() -> None:
    budget = RunBudget(max_cost=Decimal(5))
    with pytest.raises(StopRun, match="is not known, so that no limit in money can hold"):
        budget.reserve("a", None, "")
    budget.reserve("a", Decimal(1), "USD")
    with pytest.raises(StopRun, match="Prices are in USD and EUR"):
        budget.reserve("b", Decimal(1), "EUR")


def test_threads_cannot_pass_a_limit_together() -> None:
    budget = RunBudget(max_calls=10)

    def reserve(number: int) -> bool:
        try:
            budget.reserve(str(number), None, "")
        except StopRun:
            return False
        return True

    with ThreadPoolExecutor(8) as executor:
        assert sum(executor.map(reserve, range(200))) == 10


def test_a_run_ends_at_its_limit_and_the_next_goes_on(server: OpenAIServer, tmp_path: Path, store: Store) -> None:
    plan = paid_worlds.plan(tmp_path / "study", originals=3)
    ended = paid_worlds.run(plan, store, paid_worlds.caller(store, budget=RunBudget(max_calls=2)))
    assert "The limit of 2 paid calls is reached: run it again with a higher limit to go on" in ended
    assert server.bills == ["chat", "chat"]
    assert paid_worlds.run(plan, store, paid_worlds.caller(store, budget=RunBudget(max_calls=4))) == ""
    assert len(server.bills) == 6


def test_a_limit_in_money_holds_whatever_is_under_way(server: OpenAIServer, tmp_path: Path, store: Store) -> None:
    plan = paid_worlds.plan(tmp_path / "study", paid_worlds.method(HUMAN), originals=6)
    budget = RunBudget(max_cost=Decimal("0.07"))
    ended = paid_worlds.run(plan, store, paid_worlds.caller(store, budget=budget, concurrency=4))
    assert "The next call could cost 0.02 USD, with 0.06 of 0.07 spent or set aside" in ended
    assert len(server.bills) == 3
    assert paid_worlds.cost(store) == Decimal("0.06")


def test_without_a_price_only_calls_can_be_limited(server: OpenAIServer, tmp_path: Path, store: Store) -> None:
    plan = paid_worlds.plan(tmp_path / "study", originals=1)
    ended = paid_worlds.run(
        plan, store, paid_worlds.caller(store, prices=Prices(), budget=RunBudget(max_cost=Decimal(9)))
    )
    assert "What a call costs at most is not known" in ended
    assert server.requests == []
    assert paid_worlds.run(plan, store, paid_worlds.caller(store, prices=Prices())) == ""
    assert "cost" not in paid_worlds.rows(plan, store)[0].provenance["reconstructor"]


def test_an_estimate_names_what_is_left_and_sends_nothing(server: OpenAIServer, tmp_path: Path, store: Store) -> None:
    plan = paid_worlds.plan(tmp_path / "study", originals=3)
    table = estimate_plan(plan, store, paid_worlds.price_table())
    words, pictures = table.lines
    assert (words.step, words.calls, words.model, words.currency) == ("words", 3, openai_server.EYES, "USD")
    assert (pictures.step, pictures.calls, pictures.images, pictures.cost) == ("pictures", 3, 3, Decimal("0.06"))
    assert (table.calls, table.complete) == (6, True)
    assert server.requests == []
    paid_worlds.run(plan, store, paid_worlds.caller(store, budget=RunBudget(max_calls=4)))
    assert paid_worlds.cost(store) <= table.costs["USD"]
    assert estimate_plan(plan, store, paid_worlds.price_table()).calls == 2
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    assert estimate_plan(plan, store).text() == "No paid calls are left to make"


def test_an_estimate_says_what_it_does_not_know(server: OpenAIServer, tmp_path: Path, store: Store) -> None:
    captioner = {**paid_worlds.method()["captioner"], "max_bytes": 40, "tries": 4}
    plan = paid_worlds.plan(tmp_path / "study", paid_worlds.method(captioner), originals=2, marked=False)
    table = estimate_plan(plan, store)
    assert "mark it may_send_to_third_parties = true" in table.text()
    assert "What painter-2 costs at most is not known" in table.text()
    marked = paid_worlds.plan(tmp_path / "study", paid_worlds.method(captioner), originals=2)
    assert "What eyes-6 and painter-2 cost at most is not known" in estimate_plan(marked, store).text()
    assert [line.calls for line in table.lines] == [0, 2]
    plan = paid_worlds.plan(tmp_path / "study", paid_worlds.method(captioner), originals=2)
    table = estimate_plan(plan, store, paid_worlds.price_table())
    assert [line.calls for line in table.lines] == [8, 2]
    assert "In all: at most 10 calls, 0." in table.text()


def test_best_of_and_shared_words_are_counted_as_they_are_called(
    server: OpenAIServer, tmp_path: Path, store: Store
) -> None:
    best = paid_worlds.method() | {"slug": "best", "best_of": {"n": 4, "model": "clip"}}
    plan = paid_worlds.plan(tmp_path / "study", paid_worlds.method(), best, originals=2)
    table = estimate_plan(plan, store, paid_worlds.price_table())
    assert [(line.method, line.step, line.calls) for line in table.lines] == [
        ("bought", "words", 2), ("bought", "pictures", 2), ("best", "pictures", 8),
    ]  # fmt: skip


def test_two_callers_of_one_call_set_aside_apart(tmp_path: Path) -> None:
    planned = PlannedCall("k" * 64, Estimate("b", "h", "m", "chat"), {}, lambda: Reply(b"", b""), 1.0)
    one, other = (Caller(Store(tmp_path), RunBudget(max_calls=1)) for _ in range(2))
    assert one._reserved(planned, 1) != other._reserved(planned, 1)
    assert one._reserved(planned, 1) == one._reserved(planned, 1)


def test_parameters_count_as_words_that_are_sent(store: Store, tmp_path: Path) -> None:
    asked = {"backend": "openai-chat", "model": openai_server.EYES, "preset": "paper"}
    tools = {"parameters": {"response_format": {"type": "json_schema", "schema": "x" * 1000}}}
    few, many = (
        estimate_plan(
            paid_worlds.plan(tmp_path / "study", paid_worlds.method(captioner)), store, paid_worlds.price_table()
        )
        for captioner in (asked, asked | tools)
    )
    assert many.lines[0].tokens_in - few.lines[0].tokens_in >= 2 * 1000
    assert many.costs["USD"] > few.costs["USD"]


def test_an_estimate_does_not_read_models_that_cost_nothing(
    store: Store, tmp_path: Path, tiny_blip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWICETOLD_MODELS", str(tiny_blip.parent))
    free = worlds.WORDS | {"slug": "free", "captioner": {"backend": "blip", "model": tiny_blip.name}}
    plan = paid_worlds.plan(tmp_path / "study", paid_worlds.method(), free)
    monkeypatch.setattr(weights, "_sha256", None)
    assert {line.method for line in estimate_plan(plan, store).lines} == {"bought"}
