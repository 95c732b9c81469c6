"""Several machines: a Dask cluster, and shards that meet in one store."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from compression.__main__ import main
from compression.build import Event, build, finished
from compression.methods import PLUGINS
from compression.store import Store
from tests.compression import worlds

ROOT = Path(__file__).resolve().parents[2]
FLAT = {
    "slug": "flat", "title": "Flat", "family": "textual",
    "captioner": {"backend": "colours"}, "reconstructor": {"backend": "flat"},
}  # fmt: skip


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(PLUGINS, "tests.compression.plugin")
    worlds.write_files(tmp_path / "study", 5)
    return worlds.write_study(tmp_path / "study", worlds.tables(5, [worlds.JPEG, FLAT]))


@pytest.fixture
def scheduler(tmp_path: Path, study: Path) -> Iterator[str]:
    """Run a scheduler and two processes that work for it; yield its address."""
    log = tmp_path / "cluster.log"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    with ExitStack() as stack, log.open("w") as output:

        def start(*command: str) -> None:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command], stdout=output, stderr=output, env=environment, cwd=tmp_path
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)

        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        address = _address(log)
        for name in ("one", "two"):
            start("worker", address, "--name", name, "--no-nanny", "--nthreads", "1", "--no-dashboard")
        yield address


def _address(log: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for word in log.read_text().split():
            if word.startswith("tcp://"):
                return word
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def _wait_for_processes(address: str) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)


def test_a_dask_cluster_builds_the_same_study(study: Path, tmp_path: Path, scheduler: str) -> None:
    _wait_for_processes(scheduler)
    assert main(["build", str(study), "--out", str(tmp_path / "cluster"), "--dask", scheduler]) == 0
    assert main(["build", str(study), "--out", str(tmp_path / "alone")]) == 0
    tables = [(tmp_path / where / "stimuli.csv").read_bytes() for where in ("cluster", "alone")]
    assert tables[0] == tables[1]


def test_a_cluster_that_does_not_answer_is_named(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("compression.cluster.SECONDS", 0.2)
    assert main(["build", str(study), "--out", str(tmp_path / "out"), "--dask", "tcp://127.0.0.1:1"]) == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in capsys.readouterr().err


def test_shards_meet_in_one_store(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    for shard in ("1/2", "2/2"):
        assert main(["build", str(study), "--out", str(out), "--shard", shard]) == 0
    assert not (out / "stimuli.csv").exists()
    capsys.readouterr()
    assert main(["build", str(study), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert ": made" not in printed
    assert "10 of 10 stimuli have a picture" in printed


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2"])
def test_a_shard_that_cannot_be_is_refused(text: str, study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", str(study), "--out", "unused", f"--shard={text}"])
    assert "write 1/4 for the first of four" in capsys.readouterr().err


def test_each_original_is_in_one_shard(study: Path, tmp_path: Path) -> None:
    plan = worlds.plan(study.parent, worlds.tables(5))
    store = Store(tmp_path / "store")
    events: list[Event] = []
    for number in (1, 2, 3):
        events += build(plan, store, shard=(number, 3))
    made = [event.label for event in events if event.kind == "stimulus" and not event.reused]
    assert sorted(made) == sorted(row.stimulus for row in finished(plan, store).stimuli)
