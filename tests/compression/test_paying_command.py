"""Paid calls from the command line: estimate, limits, and the journal."""

from pathlib import Path

import pytest

from compression.__main__ import main
from tests.compression import openai_server, worlds
from tests.compression.openai_server import OpenAIServer

STUDY = f"""
[study]
slug = "bought"
title = "Bought"
seed = 3
[renditions]
area_px = 4096
[[categories]]
slug = "things"
title = "Things"
[[originals]]
slug = "picture_0"
category = "things"
file = "originals/picture_0.jpg"
may_send_to_third_parties = true
[[methods]]
slug = "bought"
title = "Bought"
family = "textual"
captioner = {{ backend = "openai-chat", model = "{openai_server.EYES}", preset = "paper" }}
reconstructor = {{ backend = "openai-images", model = "{openai_server.PAINTER}" }}
"""
PRICES = f"""
[models."{openai_server.EYES}"]
date = 2026-11-01
source = "https://example.org"
currency = "USD"
input_per_million = 1
output_per_million = 10
max_output_tokens = 100
[models."{openai_server.PAINTER}"]
date = 2026-11-01
source = "https://example.org"
currency = "USD"
pictures = [{{ price = 0.02 }}]
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    worlds.write_files(tmp_path / "study", 1)
    (tmp_path / "study" / "study.toml").write_text(STUDY)
    (tmp_path / "prices.toml").write_text(PRICES)
    monkeypatch.setenv("TWICETOLD_PRICES", str(tmp_path / "prices.toml"))
    return tmp_path / "study" / "study.toml"


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


@pytest.mark.parametrize("wrong", [["--max-cost", "lots"], ["--max-cost", "-1"], ["--max-calls", "0"]])
def test_a_limit_that_is_none_is_refused(study: Path, tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", str(study), "--out", str(tmp_path / "out"), *wrong])


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
    study.write_text(STUDY.replace(openai_server.EYES, "blind"))
    assert main(["models", "check", str(study)]) == 2
    assert "does not list blind: name one that it lists" in capsys.readouterr().err
