"""The site of a rehearsal answers while it is wanted, and never after."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from contextlib import suppress

import httpx
import pytest

from surveys.models import Assignment, Posting, Survey
from surveys.rehearsal import knowing
from surveys.rehearsal.browser import Browser
from surveys.rehearsal.copying import copy_study
from surveys.rehearsal.player import Player
from surveys.rehearsal.scratch import free_port
from surveys.rehearsal.serving import Site
from surveys.rehearsal.visits import Ended
from surveys.services.errors import ServiceError
from tests.servers import ROOT
from tests.surveys import factories


def answers(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{url}/", timeout=5, trust_env=False).status_code == 200
    return False


def until(url: str, *, up: bool) -> None:
    end = time.monotonic() + 30
    while answers(url) is not up:
        assert time.monotonic() < end, f"{url} is {'not up' if up else 'still there'}"
        time.sleep(0.05)


@pytest.mark.django_db
def test_a_copy_is_published_and_taken_on_its_own_site_while_the_real_study_stays_as_it_is(scratch):
    survey, published = factories.make_published_survey(checks={"attention": ["unrelated"]})
    factories.take_part(published, 1, items=1)
    copy_study(study=survey.study, scratch=scratch)
    links = scratch.folder / "links.csv"
    scratch.manage("publish", "--survey", "a", "--link", "open", "--out", str(links))
    (row,) = csv.DictReader(links.read_text("utf-8").splitlines())
    with Site(scratch, FRAMED_BY="http://127.0.0.1:9") as site, Browser(patience=5) as visitor:
        assert row["url"].startswith(f"{site.url}/join/")
        visit = Player(visitor, seed=1, known=knowing.of_study(survey.study)).play(row["url"])
        assert (visit.ended, visit.answers) == (Ended.FINISHED, 3), "pictures came from the real folder"
        frames = httpx.get(row["url"], trust_env=False).headers["content-security-policy"]
        assert "frame-ancestors http://127.0.0.1:9" in frames
    assert not answers(scratch.url)
    assert "GET /join/…/" in (scratch.folder / "access.log").read_text("utf-8")
    assert Posting.objects.count() == Assignment.objects.count() == 1
    survey.refresh_from_db()
    assert survey.state == Survey.State.PUBLISHED


def test_a_command_that_fails_says_why(scratch):
    scratch.folder.mkdir()
    with pytest.raises(ServiceError, match=r"(?s)manage.py rehearsed failed .*Unknown command"):
        scratch.manage("rehearsed")


def test_a_site_that_does_not_come_up_says_why(scratch):
    scratch.folder.mkdir()
    with pytest.raises(ServiceError, match=r"(?s)ended while starting.*is no origin"), Site(scratch, FRAMED_BY="x y"):
        pass


def test_a_server_ends_when_whoever_holds_it_is_gone():
    port = free_port()
    command = [sys.executable, "-m", "surveys.rehearsal.held", "--bind", f"127.0.0.1:{port}"]
    held = subprocess.Popen([*command, "wsgiref.simple_server:demo_app"], cwd=ROOT, stdin=subprocess.PIPE)
    try:
        until(f"http://127.0.0.1:{port}", up=True)
        assert held.stdin
        held.stdin.close()  # as the system does for a process that was killed
        until(f"http://127.0.0.1:{port}", up=False)
        assert held.wait(30) == 0
    finally:
        held.kill()
        held.wait()
