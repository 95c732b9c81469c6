"""The key is in no file, no message and no log, whatever the server does with it."""

import json
import logging
from pathlib import Path

import pytest

from compression import manifest, openai_models, provenance
from compression.errors import StopRun
from compression.openai_connection import Connection, seconds_for
from compression.store import Store
from tests.compression import openai_server, paid_worlds
from tests.compression.openai_server import KEY, OpenAIServer


def telling(server: OpenAIServer) -> None:
    """Let the server tell the key wherever it can."""
    server.words = lambda picture, messages: f"Someone holds up a paper with {KEY} on it"
    server.faults = ["overloaded", "", "echo key", "", ""]


def everything_written(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_no_byte_that_is_written_has_the_key(
    server: OpenAIServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    telling(server)
    caplog.set_level(logging.DEBUG)
    store, out = Store(tmp_path / "out" / "store"), tmp_path / "out"
    plan = paid_worlds.plan(tmp_path / "study", originals=3)
    said = paid_worlds.run(plan, store, paid_worlds.caller(store, concurrency=1))
    assert "refuses the key (401: Incorrect API key provided: [key])" in said
    said += paid_worlds.run(plan, store, paid_worlds.caller(store, repeat_possibly_billed=True))
    rows = paid_worlds.rows(plan, store)
    assert {row.caption for row in rows} == {"Someone holds up a paper with [key] on it"}
    manifest.write_stimuli_csv(out / "stimuli.csv", plan.study, rows, plan.simulated)
    provenance.write_sidecars(out / "provenance", rows)
    written = everything_written(tmp_path)
    assert b"[key]" in written
    assert KEY.encode() not in written
    shown = capfd.readouterr()
    assert KEY not in said + caplog.text + shown.out + shown.err + repr(rows) + repr(Connection.from_environment())


def test_the_key_goes_to_the_server_alone(server: OpenAIServer, tmp_path: Path) -> None:
    server.faults = ["", "address"]
    store, plan = Store(tmp_path / "store"), paid_worlds.plan(tmp_path / "study", originals=1)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    assert {headers["authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
    assert KEY not in json.dumps(server.requests) + json.dumps(server.visits)
    assert len(server.visits) == 1


def test_openais_own_names_are_read_where_ours_are_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWICETOLD_OPENAI_API_KEY", "TWICETOLD_OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://user:password@localhost:11434/v1")
    connection = Connection.from_environment()
    assert (connection.key, connection.host) == ("theirs", "localhost:11434")
    monkeypatch.setenv("TWICETOLD_OPENAI_API_KEY", "ours")
    monkeypatch.delenv("OPENAI_BASE_URL")
    connection = Connection.from_environment()
    assert (connection.key, connection.host) == ("ours", "api.openai.com")


@pytest.mark.parametrize("key", ["", "  ", "schlüssel", "two\nlines"])
def test_without_a_usable_key_nothing_is_sent(
    server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("TWICETOLD_OPENAI_API_KEY", key)
    store, plan = Store(tmp_path / "store"), paid_worlds.plan(tmp_path / "study", originals=1)
    said = paid_worlds.run(plan, store, paid_worlds.caller(store))
    assert "set TWICETOLD_OPENAI_API_KEY" in said
    assert server.requests == []


@pytest.mark.parametrize("address", ["localhost:11434/v1", "ftp://host/v1", "http://"])
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("TWICETOLD_OPENAI_API_KEY", "any")
    monkeypatch.setenv("TWICETOLD_OPENAI_BASE_URL", address)
    with pytest.raises(StopRun, match="set TWICETOLD_OPENAI_BASE_URL to something like"):
        Connection.from_environment()


@pytest.mark.parametrize("seconds", ["soon", "0", "-1", "nan", "36000"])
def test_a_time_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("TWICETOLD_OPENAI_IMAGE_SECONDS", seconds)
    with pytest.raises(StopRun, match=f"TWICETOLD_OPENAI_IMAGE_SECONDS is {seconds}: set it to seconds, 3600 at most"):
        seconds_for("image")
    assert seconds_for("chat") == 60


def test_models_are_listed_with_the_day_they_end(server: OpenAIServer) -> None:
    assert openai_models.models(Connection.from_environment()) == [
        {"id": openai_server.EYES, "shutdown_date": "2027-01-14"},
        {"id": openai_server.PAINTER},
    ]


def test_a_key_that_is_escaped_is_cut_out_too(
    server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in KEY)
    body = f'{{"model": "{escaped}", "choices": [{{"message": {{"content": "{escaped}"}}}}]}}'
    connection = Connection("http://127.0.0.1/v1", KEY)
    assert json.loads(connection.body_without_key(body.encode())) == {
        "model": "[key]", "choices": [{"message": {"content": "[key]"}}],
    }  # fmt: skip
    assert json.loads(connection.without_key(body))["model"] == "[key]"
    other = b'{"model":  "caf\\u00e9 \xff"}'
    assert connection.body_without_key(other) == other


def test_a_short_key_is_no_secret_and_destroys_nothing(
    server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_server, "KEY", "none")
    monkeypatch.setenv("TWICETOLD_OPENAI_API_KEY", "none")
    server.words = lambda picture, messages: "nonetheless none"
    store, plan = Store(tmp_path / "store"), paid_worlds.plan(tmp_path / "study", originals=1)
    assert paid_worlds.run(plan, store, paid_worlds.caller(store)) == ""
    assert [row.state for row in paid_worlds.rows(plan, store)] == ["ready"]
    results = [store.read(attempt.row["result"]) for attempt in paid_worlds.attempts(store)]
    assert b"nonetheless none" in results


@pytest.mark.parametrize("fault", ["bad parameter", "server error"])
def test_a_failure_names_the_request(server: OpenAIServer, tmp_path: Path, fault: str) -> None:
    server.faults = [fault]
    store, plan = Store(tmp_path / "store"), paid_worlds.plan(tmp_path / "study", originals=1)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    assert [attempt.row["request_id"] for attempt in paid_worlds.attempts(store)] == ["req_1"]
