"""Words that would run if anything let them: through the page to tables, desk and report, where they are only words."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from surveys.models import Answer
from surveys.services.exporting import export
from tests.servers import ROOT
from tests.surveys import factories
from tests.surveys.test_several_surveys import finish, give, start

pytestmark = pytest.mark.django_db
HOSTILE = [
    "</script><script>alert(1)</script>",
    '=HYPERLINK("//evil.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\\input{/etc/passwd}$x_",
    "\"onfocus=alert(1) '<!--",
]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Tags(HTMLParser):
    """The tags of a page, the attributes that would run something, and the texts of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]


@pytest.fixture
def told(client, ada) -> Any:
    """Survey C, answered in hostile words by one person, who also comments."""
    survey, published = factories.make_published_survey(factories.make_study(owner=ada), slug="c")
    place = start(client, published)
    for item in place["items"]:
        assert give(client, place, item["position"], "things", HOSTILE).status_code == 200
        assert give(client, place, item["position"], "relation", HOSTILE[1]).status_code == 200
        assert give(client, place, item["position"], "adjectives", ["calm"]).status_code == 200
    return survey, place


def test_the_page_gives_them_back_as_they_were_and_runs_nothing(client, told):
    _, place = told
    text = client.get(place["answer_url"].removesuffix("answers/")).content.decode()
    data = re.search(r'<script[^>]*id="place"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert data
    shown = json.loads(data.group(1))["items"][0]["answered"]
    assert shown["things"]["value"] == HOSTILE
    assert "<" not in data.group(1)
    page = Tags(text)
    assert not page.handlers
    assert "alert(1)" not in text.replace(data.group(0), "")
    assert set(Answer.objects.filter(question="things").values_list("value__0", flat=True)) == {HOSTILE[0]}


def comment(client: Any, place: dict[str, Any], text: str) -> None:
    reply = client.post(place["done_url"].replace("/done/", "/comment/"), {"comment": text})
    assert reply.status_code == 303


def test_no_cell_of_an_export_that_a_participant_wrote_is_a_formula(client, told, tmp_path):
    survey, place = told
    assert finish(client, place).status_code == 200
    comment(client, place, HOSTILE[1])
    export(study=survey.study, out=tmp_path / "data")
    read = {}
    for path in (tmp_path / "data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            read[path.name] = list(csv.DictReader(file))
    cells = [cell for rows in read.values() for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    things = {row["value"] for row in read["responses.csv"] if row["question"] == "things"}
    assert [json.loads(value) for value in things] == [HOSTILE]


def test_report_and_desk_show_them_as_words_alone(client, ada, told, tmp_path):
    survey, place = told
    assert finish(client, place).status_code == 200
    comment(client, place, HOSTILE[0])
    client.force_login(ada)
    page = client.get(reverse("desk:watch", args=[survey.study.slug])).content.decode()
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    folder = tmp_path / "data"
    export(study=survey.study, out=folder)
    report = tmp_path / "report"
    command = [sys.executable, "-m", "analysis", "report", str(folder), "--out", str(report)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for path in Path(report).rglob("*"):
        if path.suffix in (".html", ".tex", ".svg"):
            text = path.read_text(encoding="utf-8")
            assert "<script>alert" not in text, path.name
            assert "\\input{/etc" not in text, path.name
    shutil.rmtree(report)
