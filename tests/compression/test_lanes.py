"""Steps of a build: captions once, draws for best-of, paid work only with a caller, and stopping in good order."""

from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compression.build import BuildError, BuildStopped, Event, build, finished
from compression.errors import StopRun
from compression.lanes import Lanes
from compression.methods import PLUGINS
from compression.store import Store
from compression.types import Lane
from tests.compression import paid_plugin, worlds

PAID = {
    "slug": "bought", "title": "Bought", "family": "textual",
    "captioner": {"backend": "bought-words"}, "reconstructor": {"backend": "flat"},
}  # fmt: skip
TWICE = PAID | {"slug": "bought-too", "reconstructor": {"backend": "bought-picture"}}


@pytest.fixture(autouse=True)
def _plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLUGINS, "tests.compression.plugin,tests.compression.paid_plugin")
    paid_plugin.calls.clear()


def caller(**more: Any) -> Any:
    return SimpleNamespace(concurrency=2, repeat_possibly_billed=False, **more)


def test_methods_with_one_captioner_share_its_words(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables(methods=[PAID, TWICE]))
    list(build(plan, store, threads, caller=caller()))
    assert sorted(call for call in paid_plugin.calls if call.startswith("words")) == [
        "words of picture_0", "words of picture_1",
    ]  # fmt: skip
    rows = finished(plan, store).stimuli
    assert {row.caption for row in rows} == {"bought words for picture_0", "bought words for picture_1"}
    assert rows[0].provenance["captioner"]["request_id"] == "r-1"


def test_a_second_run_buys_nothing(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables(methods=[PAID, TWICE]))
    list(build(plan, store, threads, caller=caller()))
    paid_plugin.calls.clear()
    events = list(build(plan, store, threads, caller=caller()))
    assert paid_plugin.calls == []
    assert all(event.reused for event in events)


def test_without_a_caller_the_free_work_is_done_and_the_rest_named(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables(methods=[worlds.JPEG, PAID]))
    events: list[Event] = []
    with pytest.raises(BuildError, match="2 steps need paid calls"):
        events.extend(build(plan, store, threads))
    assert paid_plugin.calls == []
    plan = worlds.plan(root, worlds.tables(methods=[worlds.JPEG]))
    assert all(event.reused for event in build(plan, store, threads) if event.kind == "stimulus")


def test_a_stopped_run_pays_no_more_and_says_why(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables(methods=[worlds.JPEG, PAID | {"captioner": {"backend": "broke"}}]))
    with pytest.raises(BuildError, match=r"no credit is left: top it up\. Finished work is kept"):
        list(build(plan, store, threads, caller=caller()))
    assert len(paid_plugin.calls) <= 2


def test_a_paid_failure_is_not_repeated_unasked(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables(methods=[PAID | {"captioner": {"backend": "refused"}}]))
    events = list(build(plan, store, threads, caller=caller()))
    reasons = [event.message for event in events if event.kind == "stimulus"]
    assert reasons == ["Its words could not be made: it says no: write the words yourself"] * 2
    again = list(build(plan, store, threads, caller=caller()))
    assert len(paid_plugin.calls) == 2
    assert all(event.reused for event in again if event.kind == "caption")
    list(build(plan, store, threads, caller=caller(), retry_failed=True))
    assert len(paid_plugin.calls) == 4


def test_a_stop_ends_the_run_in_good_order_and_the_next_goes_on(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables())
    seen: list[Event] = []
    with pytest.raises(BuildStopped):
        seen.extend(build(plan, store, threads, stop=lambda: bool(seen)))
    assert seen
    more = list(build(plan, store, threads))
    assert sum(event.reused for event in more if event.kind == "stimulus") >= 1
    assert len(finished(plan, store).stimuli) == 4


def test_no_more_tasks_are_in_flight_than_allowed() -> None:
    class Task:
        lane: Lane = "cpu"

    given: list[int] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Any:
            given.append(1)
            return super().submit(function, *arguments, **named)

    with Counting(1) as executor:
        lanes = Lanes(given=executor, in_flight=3)
        found = 0
        for _ in lanes.run(lambda task: task, [Task() for _ in range(10)]):
            found += 1
            assert len(given) <= found + 3
    assert found == 10


def test_what_ends_a_run_is_told_once(threads: Executor) -> None:
    class Task:
        lane: Lane = "paid"

    def refuse(task: Any, caller: Any) -> None:
        raise StopRun("the key is refused", "correct it")

    lanes = Lanes(given=threads, caller=SimpleNamespace(concurrency=1))
    assert list(lanes.run(refuse, [Task() for _ in range(5)])) == []
    lanes.close()
    assert str(lanes.refused) == "the key is refused: correct it"
    assert lanes.unpaid == 5
