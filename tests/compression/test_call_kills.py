"""A process that is killed (-9) around a paid call: what may have been billed is named, and nothing is bought twice."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from compression.store import Store
from tests.compression import paid_worlds
from tests.compression.openai_server import OpenAIServer

ROOT = Path(__file__).parents[2]
KILLS = 2


@pytest.fixture
def study(tmp_path: Path) -> Path:
    paid_worlds.plan(tmp_path / "study", originals=3)
    return tmp_path / "study"


def start(study: Path, store: Store, moment: str = "", when: str = "before") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.compression.dying", str(study), str(store.root), moment, when]
    return subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True)


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def ended(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=60)
    return process.returncode


def possibly_billed(store: Store) -> int:
    return sum(attempt.possibly_billed for attempt in paid_worlds.attempts(store))


def go_on(study: Path, store: Store, **options: bool) -> list[str]:
    """Build to the end in this process; return the reasons of what is not ready."""
    plan = paid_worlds.plan(study, originals=3)
    assert paid_worlds.run(plan, store, paid_worlds.caller(store, **options)) == ""
    return [row.reason for row in paid_worlds.rows(plan, store) if row.state != "ready"]


def each_once(server: OpenAIServer) -> bool:
    texts = [json.dumps(request, sort_keys=True) for request in server.requests]
    return len(texts) == len(set(texts))


def test_killed_while_the_answer_is_awaited(server: OpenAIServer, study: Path, store: Store) -> None:
    server.faults = ["hang", "hang"]
    process = start(study, store)
    while len(server.bills) < 2:
        assert server.answered.wait(60)
    kill(process)
    assert possibly_billed(store) == 2
    reasons = go_on(study, store)
    assert len(reasons) == 2
    assert all("Possibly billed: the call was sent at 20" in reason for reason in reasons)
    assert all("--repeat-possibly-billed" in reason for reason in reasons)
    assert sorted(server.bills) == ["chat"] * 3 + ["image"], "no more than was planned, and nothing again"
    assert each_once(server)
    assert go_on(study, store, retry_failed=True) == reasons
    assert go_on(study, store, repeat_possibly_billed=True) == []
    assert sorted(server.bills) == ["chat"] * 5 + ["image"] * 3


@pytest.mark.parametrize(
    ("moment", "when", "lost"),
    [("planned", "after", 0), ("sent", "after", 1), ("done", "before", 1)],
)
def test_killed_between_two_rows_of_the_journal(
    server: OpenAIServer, study: Path, store: Store, moment: str, when: str, lost: int
) -> None:
    assert ended(start(study, store, moment, when)) == -signal.SIGKILL
    possible = possibly_billed(store)
    assert lost <= possible <= 2  # two calls were under way, and the other may be anywhere
    assert len(go_on(study, store)) == possible
    assert len(server.bills) <= 6
    assert each_once(server)


def test_killed_again_and_again_nothing_is_bought_twice(server: OpenAIServer, study: Path, store: Store) -> None:
    seed = random.randrange(10**6)
    print(f"kill seed {seed}")
    for enough in sorted(random.Random(seed).sample(range(1, 7), KILLS)):
        process = start(study, store)
        while len(server.requests) < enough and process.poll() is None:
            server.answered.wait(0.001)
        kill(process)
    possible = possibly_billed(store)
    assert len(go_on(study, store)) == possible
    assert len(server.bills) <= 6
    assert each_once(server)
