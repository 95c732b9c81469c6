"""Runs that share a journal: one sends, the others wait for its answer, and nobody sends twice."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from compression import under_way
from compression.calls import Caller
from compression.journal import Journal
from compression.paid import CallFailed, Estimate, PlannedCall, Reply
from compression.store import Store, StoreError, digest
from tests.compression import paid_worlds

KEY = digest("a call")


def planned(send: Callable[[], Reply]) -> PlannedCall:
    estimate = Estimate("openai-chat", "host", "eyes", "chat")
    return PlannedCall(KEY, estimate, {"prompt": "words"}, send, timeout_seconds=60)


def never() -> Reply:
    raise AssertionError("this call must not be sent")


def sent_by_another(store: Store, **row: Any) -> None:
    journal = Journal(store)
    journal.write(KEY, 1, "planned", {"at": "now", "backend": "b", "host": "h", "model_asked": "m"})
    journal.write(KEY, 1, "sent", {"at": "now"} | under_way.mark(60) | row)


def answered_by_another(store: Store) -> None:
    Journal(store).write(KEY, 1, "done", {"at": "now", "result": store.put_blob(b"words")})


def test_an_answer_that_another_machine_waits_for_is_used(store: Store) -> None:
    sent_by_another(store, machine="elsewhere", process=1)
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            answered_by_another(store)

    assert paid_worlds.caller(store, sleep=sleep).call(planned(never)).result == b"words"
    assert naps == [1, 1, 1]


def test_after_its_time_a_call_of_another_machine_is_possibly_billed(store: Store) -> None:
    sent_by_another(store, machine="elsewhere", process=1, until=time.time() - 1)
    with pytest.raises(CallFailed, match="Possibly billed: the call was sent at now, and no answer to it was kept"):
        paid_worlds.caller(store).call(planned(never))


@pytest.fixture
def another() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        yield process
        process.kill()


def test_a_process_that_is_gone_is_not_waited_for(store: Store, another: subprocess.Popen[bytes]) -> None:
    sent_by_another(store, process=another.pid)

    def sleep(seconds: float) -> None:
        another.kill()
        another.wait()

    with pytest.raises(CallFailed, match="Possibly billed"):
        paid_worlds.caller(store, sleep=sleep).call(planned(never))
    assert another.returncode is not None, "it was waited for while it lived"


def test_who_loses_the_race_to_send_does_not(store: Store) -> None:
    class Late(Journal):
        def attempts(self, key: str) -> Any:
            return []

    calls = paid_worlds.caller(store)
    calls._journal = Late(store)
    sent_by_another(store, machine="elsewhere")
    with pytest.raises(CallFailed, match="Another run has just sent this very call: build again with --retry-failed"):
        calls.call(planned(never))


def test_threads_that_want_the_same_share_one_request(store: Store) -> None:
    sent: list[int] = []
    gate = threading.Event()

    def send() -> Reply:
        sent.append(1)
        gate.wait(5)
        return Reply(b"{}", b"words")

    with ThreadPoolExecutor(4) as executor:
        callers: list[Caller] = [paid_worlds.caller(store) for _ in range(4)]
        answers = [executor.submit(caller.call, planned(send)) for caller in callers]
        gate.set()
        assert {answer.result().result for answer in answers} == {b"words"}
    assert sent == [1]


def test_whatever_breaks_while_a_call_is_made_leaves_it_possibly_billed(store: Store) -> None:
    def send() -> Reply:
        raise RuntimeError("the cable broke")

    with pytest.raises(CallFailed, match=r"Possibly billed: the call broke off .RuntimeError"):
        paid_worlds.caller(store).call(planned(send))
    assert [attempt.possibly_billed for attempt in paid_worlds.attempts(store)] == [True]


def test_an_answer_whose_file_is_lost_is_not_bought_again_unasked(store: Store) -> None:
    paid_worlds.caller(store).call(planned(lambda: Reply(b"{}", b"words")))
    for blob in store.root.glob("blobs/*/*"):
        blob.unlink()
    with pytest.raises(CallFailed, match=r"was paid for, and its file .* is lost: put it back, or delete journal/"):
        paid_worlds.caller(store).call(planned(never))


def test_a_damaged_row_is_named(store: Store) -> None:
    sent_by_another(store)
    path = next(store.root.rglob("*-sent.json"))
    path.write_text("{")
    with pytest.raises(StoreError, match=r"0001-sent.json is damaged: look the call up"):
        paid_worlds.caller(store).call(planned(never))
