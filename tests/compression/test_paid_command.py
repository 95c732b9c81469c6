"""``python -m compression build`` where words and pictures cost money: told before, limited, never paid twice."""

from pathlib import Path

import pytest

from compression.__main__ import main
from tests.compression import openai_server, worlds

STUDY = f"""
[study]
slug = "small"
title = "Small"
seed = 1
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
reconstructor = {{ backend = "openai-images", model = "{openai_server.PAINTER}", size = "64x64" }}
replicate = 2
"""
PRICES = f"""
[models."{openai_server.EYES}"]
date = 2026-11-01
source = "https://example.org"
currency = "USD"
input_per_million = 1.00
output_per_million = 10.00
max_output_tokens = 100
tokens_per_picture = 2000
[models."{openai_server.PAINTER}"]
date = 2026-11-01
source = "https://example.org"
currency = "USD"
pictures = [{{ size = "64x64", price = 0.02 }}]
"""


@pytest.fixture
def study(tmp_path: Path, server: openai_server.OpenAIServer) -> list[str]:
    worlds.write_files(tmp_path / "study", 1)
    path = tmp_path / "study" / "study.toml"
    path.write_text(STUDY)
    (tmp_path / "prices.toml").write_text(PRICES)
    return [str(path), "--out", str(tmp_path / "out"), "--prices", str(tmp_path / "prices.toml")]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["build", *arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_a_dry_run_tells_calls_tokens_and_cost_and_sends_nothing(
    study: list[str], server: openai_server.OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, *study, "--dry-run")
    assert code == 0
    assert "In all: at most 3 calls" in said
    assert "USD" in said
    assert server.bills == []


def test_without_a_limit_nothing_is_bought(
    study: list[str], server: openai_server.OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, *study)
    assert code == 2
    assert "give the run a limit (--max-cost, --max-calls)" in said
    assert server.bills == []


def test_what_was_bought_once_is_never_bought_again(
    study: list[str], server: openai_server.OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, *study, "--max-calls", "3")[0] == 0
    assert len(server.bills) == 3
    assert run(capsys, *study, "--max-calls", "3")[0] == 0
    assert len(server.bills) == 3
    assert run(capsys, *study, "--dry-run")[1].startswith("No paid calls are left to make")


@pytest.mark.parametrize("limit", [["--max-calls", "1"], ["--max-cost", "0.01"]])
def test_a_limit_stops_the_run_and_a_higher_one_goes_on(
    limit: list[str], study: list[str], server: openai_server.OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, *study, *limit)
    assert code == 2
    assert "Finished work is kept" in said
    assert len(server.bills) <= 1
    assert run(capsys, *study, "--max-cost", "5")[0] == 0
    assert len(server.bills) == 3


@pytest.mark.parametrize("wrong", [["--max-cost", "-1"], ["--max-cost", "nan"], ["--max-calls", "0"]])
def test_a_limit_that_is_none_is_refused(wrong: list[str], study: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", *study, *wrong])
