"""Paid calls from the command line: estimate, limits, and the journal."""

from pathlib import Path

import pytest

from compression.__main__ import main
from tests.compression import openai_server, paid_worlds, worlds
from tests.compression.openai_server import OpenAIServer


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a study of one original whose words and one picture are bought."""
    worlds.write_files(tmp_path / "study", 1)
    monkeypatch.setenv("TWICETOLD_PRICES", str(paid_worlds.write_prices(tmp_path)))
    return worlds.write_study(tmp_path / "study", paid_worlds.tables(originals=1))


@pytest.fixture
def twice(study: Path, tmp_path: Path) -> list[str]:
    """Return what build is asked for a study whose picture is drawn twice: three calls."""
    worlds.write_study(study.parent, paid_worlds.tables(paid_worlds.method() | {"replicate": 2}, originals=1))
    return [str(study), "--out", str(tmp_path / "out")]


def test_estimate_limit_build_and_journal(
    server: OpenAIServer, study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    build = ["build", str(study), "--out", str(out)]
    assert main([*build, "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "In all: at most 2 calls, 0.02" in shown
    assert not out.exists()
    assert main(build) == 2
    assert "give the run a limit (--max-cost, --max-calls)" in capsys.readouterr().err
    assert server.requests == []
    assert main([*build, "--max-cost", "0.01"]) == 2
    assert "could cost 0.02" in capsys.readouterr().err
    assert server.bills == ["chat"]
    server.faults = ["gateway page"]
    assert main([*build, "--max-cost", "0.05", "--concurrency", "1"]) == 1
    assert "Possibly billed" in capsys.readouterr().out
    assert main(["journal", str(out), "--possibly-billed"]) == 1
    shown = capsys.readouterr().out
    assert shown.count("\n") == 3
    assert "2 calls (1 done, 1 possibly billed): 0.0212 USD at most" in shown
    assert main([*build, "--max-calls", "1", "--repeat-possibly-billed"]) == 0
    assert main(["journal", str(out)]) == 1
    assert "0.0412 USD" in capsys.readouterr().out
    assert sorted(server.bills) == ["chat", "image", "image"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["build", *arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_a_dry_run_tells_calls_tokens_and_cost_and_sends_nothing(
    twice: list[str], server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, *twice, "--dry-run")
    assert code == 0
    assert "In all: at most 3 calls" in said
    assert "USD" in said
    assert server.bills == []


def test_without_a_limit_nothing_is_bought(
    twice: list[str], server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, *twice)
    assert code == 2
    assert "give the run a limit (--max-cost, --max-calls)" in said
    assert server.bills == []


def test_what_was_bought_once_is_never_bought_again(
    twice: list[str], server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, *twice, "--max-calls", "3")[0] == 0
    assert len(server.bills) == 3
    assert run(capsys, *twice, "--max-calls", "3")[0] == 0
    assert len(server.bills) == 3
    assert run(capsys, *twice, "--dry-run")[1].startswith("No paid calls are left to make")


@pytest.mark.parametrize("limit", [["--max-calls", "1"], ["--max-cost", "0.01"]])
def test_a_limit_stops_the_run_and_a_higher_one_goes_on(
    limit: list[str], twice: list[str], server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, *twice, *limit)
    assert code == 2
    assert "Finished work is kept" in said
    assert len(server.bills) <= 1
    assert run(capsys, *twice, "--max-cost", "5")[0] == 0
    assert len(server.bills) == 3


@pytest.mark.parametrize("wrong", ["--max-cost lots", "--max-cost -1", "--max-cost nan", "--max-calls 0"])
def test_a_limit_that_is_none_is_refused(study: Path, tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SystemExit):
        main(["build", str(study), "--out", str(tmp_path / "out"), *wrong.split()])


def test_a_journal_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journal", str(tmp_path)]) == 2
    (tmp_path / "store").mkdir()
    assert main(["journal", str(tmp_path)]) == 0
    assert "No paid call was ever made" in capsys.readouterr().out


def test_models_are_checked_at_the_server(
    server: OpenAIServer, study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "check", str(study)]) == 0
    assert f"lists {openai_server.EYES}, until 2027-01-14" in capsys.readouterr().out
    study.write_text(study.read_text().replace(openai_server.EYES, "blind"))
    assert main(["models", "check", str(study)]) == 2
    assert "does not list blind: name one that it lists" in capsys.readouterr().err
