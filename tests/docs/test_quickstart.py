"""The quickstart, command by command as it stands there."""

from __future__ import annotations

import shlex
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from analysis.__main__ import main as analyse
from tests.docs import reading
from tests.surveys.study_files import draw

QUICKSTART = reading.DOCS / "quickstart.md"


def commands() -> list[list[str]]:
    lines = [line for line in reading.command_lines(QUICKSTART) if line.startswith(".venv/bin/python ")]
    return [shlex.split(line)[1:] for line in lines]


def run(words: list[str], folder: Path) -> str:
    out = StringIO()
    arguments = [str(folder / word) if "/" in word else word for word in words]
    if words[0] == "manage.py":
        call_command(*arguments[1:], stdout=out)
    else:
        assert words[:3] == ["-m", "analysis", "report"]
        assert analyse(arguments[2:]) == 0
    return out.getvalue()


@pytest.mark.django_db
def test_every_command_of_the_quickstart_works_in_its_order(tmp_path: Path):
    study = tmp_path / "first" / "study.toml"
    for number, name in enumerate(("one", "two")):
        draw(study.parent / "originals" / f"{name}.jpg", number, (640, 480))
    study.write_text(next(reading.blocks(QUICKSTART, "toml")), encoding="utf-8")
    shown = [run(words, tmp_path) for words in commands()]
    names = [words[1] for words in commands()]
    assert names == ["staff_link", "load_study", "generate_stimuli", "plan", "publish", "export", "analysis"]
    assert "2 originals, 2 methods" in shown[1]
    assert "Survey a: 4 places" in shown[3]
    assert (tmp_path / "var" / "first-links.csv").read_text(encoding="utf-8").count("/join/") == 4
    assert "My first study" in (tmp_path / "var" / "first" / "report" / "index.html").read_text(encoding="utf-8")
