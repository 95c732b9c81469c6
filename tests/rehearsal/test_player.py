"""A simulated person at the real site by a panel's link: whatever they do, they do it by its pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from surveys.models import Answer, Assignment, PlaceItem, Posting
from surveys.panels.generic import read_file
from surveys.rehearsal import knowing
from surveys.rehearsal.browser import Browser, PlayError
from surveys.rehearsal.player import Player, malformed
from surveys.rehearsal.visits import Behaviour, Ended
from surveys.services import publishing
from tests.servers import Server
from tests.surveys import factories
from tests.surveys.test_panel_links import ANN, FILE

pytestmark = pytest.mark.races
EVERYTHING = {"training": True, "training_failed": "screen_out", "attention": ["identical", "unrelated", "instructed"]}


@pytest.fixture
def visitor() -> Iterator[Browser]:
    with Browser(patience=5) as opened:
        yield opened


def link(site: Server, *, slug: str = "a", **fields) -> str:
    """Publish a survey and return the address by which Ann comes."""
    study = factories.make_study(originals=4, methods=4, categories=2)
    survey = factories.make_planned_survey(study, slug=slug, **fields)
    factories.release_all(study)
    key = publishing.publish(survey=survey, link=Posting.Link.PANEL, panel=read_file(FILE)).keys[0]
    return f"{site.url}/join/{key}/?{urlencode(ANN)}"


def player(visitor: Browser, seed: int = 1) -> Player:
    return Player(visitor, seed=seed, known=knowing.of_study(Posting.objects.get().survey.study))


def test_who_finishes_passes_practice_and_every_check_and_is_led_back(site, visitor):
    url = link(site, checks=EVERYTHING | {"repeats": 2})
    visit = player(visitor).play(url)
    assert visit.ended is Ended.FINISHED, visit
    done = Assignment.objects.get()
    assert (done.state, done.usable, done.payable, done.excluded_by) == ("submitted", True, True, [])
    assert visit.ending.receipt_code == done.receipt_code
    assert visit.ending.link == "https://app.prolific.com/submissions/complete?cc=C0MPL3TE"
    assert visit.ending.code == "C0MPL3TE"
    assert visit.answers == Answer.objects.count() == PlaceItem.objects.filter(place=done.place).count()
    answers: dict[str, list[Any]] = {kind: [] for kind in PlaceItem.Kind.values}
    for row in Answer.objects.select_related("item__check_item").order_by("item__position"):
        answers[row.item.kind].append((row.item.check_item and row.item.check_item.slug, row.value, row.seconds))
    given = {slug: value for kind in ("attention", "training") for slug, value, _ in answers[kind]}
    assert given["instructed"] == 2
    assert given["identical"] >= 9
    assert given["unrelated"] <= 2
    assert given["practice-identical"] >= 9
    assert given["practice-unrelated"] <= 2
    assert all(seconds > 1 for _, _, seconds in answers["study"])
    again = {item.stimulus_id for item in PlaceItem.objects.filter(place=done.place, kind="repeat")}
    twice = Answer.objects.filter(item__stimulus__in=again).values_list("item__stimulus", "value").distinct()
    assert len(twice) == len(again) == 2, "the same pictures get the same number again"


@pytest.mark.parametrize("slug", ["b", "c"])
def test_every_question_of_the_other_surveys_is_answered_too(site, visitor, slug):
    url = link(site, slug=slug, checks={"attention": ["instructed"]})
    visit = player(visitor).play(url)
    assert visit.ended is Ended.FINISHED, visit
    assert Assignment.objects.get().usable
    asked = len(Posting.objects.get().survey.instrument.asked.questions)
    assert visit.answers == asked * PlaceItem.objects.filter(place=Assignment.objects.get().place).count()


def test_the_same_seed_answers_the_same(site, visitor):
    url = link(site, slug="c")
    for work, person in (("1", "ann"), ("2", "ben")):
        player(visitor).play(url.split("?")[0] + "?" + urlencode(ANN | {"SESSION_ID": work, "PROLIFIC_PID": person}))
    said = [
        {(row.item.study_stimulus.name, row.question): row.value for row in each.answers.all()}
        for each in Assignment.objects.all()
    ]
    assert len(said) == 2
    shared = said[0].keys() & said[1].keys()
    assert {key: said[0][key] for key in shared} == {key: said[1][key] for key in shared}


def test_who_comes_twice_goes_on_where_they_were_and_sees_the_same_end_again(site, visitor):
    url = link(site)
    visit = player(visitor).play(url, Behaviour.TWICE)
    assert visit.ended is Ended.FINISHED
    assert Assignment.objects.get().receipt_code == visit.ending.receipt_code
    assert Answer.objects.count() == 4


def test_who_returns_half_way_frees_the_place(site, visitor):
    url = link(site)
    visit = player(visitor).play(url, Behaviour.RETURN)
    assert (visit.ended, visit.answers, visit.title) == (Ended.RETURNED, 2, "You gave this back")
    left = Assignment.objects.get()
    assert (left.state, left.holds_place, left.answers.count()) == ("returned", False, 2)
    again = player(visitor).play(url)
    assert (again.ended, again.status) == (Ended.REFUSED, 200)


def test_who_walks_away_leaves_the_place_held(site, visitor):
    url = link(site)
    visit = player(visitor).play(url, Behaviour.ABANDON)
    assert (visit.ended, visit.answers) == (Ended.ABANDONED, 2)
    left = Assignment.objects.get()
    assert (left.state, left.holds_place, left.answers.count()) == ("started", True, 2)


def test_who_comes_with_ids_that_are_none_is_refused(site, visitor):
    url = link(site)
    visit = player(visitor).play(url, Behaviour.MALFORMED)
    assert (visit.ended, visit.status, visit.title) == (Ended.REFUSED, 400, "This address does not say who you are")
    assert not Assignment.objects.exists()


def test_who_only_looks_but_could_start_is_an_error(site, visitor):
    url = link(site)
    with pytest.raises(PlayError, match="can start"):
        player(visitor).play(url, Behaviour.PREVIEW)
    nameless = player(visitor).play(url.split("?")[0], Behaviour.PREVIEW)
    assert (nameless.ended, nameless.status) == (Ended.LOOKED, 400)
    assert not Assignment.objects.exists()


def test_who_finds_no_place_is_refused_with_the_pages_words(site, visitor):
    url = link(site, raters=1)
    for number in range(Posting.objects.get().survey.places.count()):
        ids = urlencode(ANN | {"PROLIFIC_PID": f"p{number}", "SESSION_ID": f"s{number}"})
        player(visitor).play(f"{url.split('?')[0]}?{ids}", Behaviour.ABANDON)
    visit = player(visitor).play(url)
    assert (visit.ended, visit.status, visit.title) == (Ended.REFUSED, 409, "Every place is taken")


def test_a_server_that_is_away_is_waited_for_and_then_named():
    with Browser(patience=0.2) as impatient, pytest.raises(PlayError, match=r"127\.0\.0\.1:9 does not answer"):
        Player(impatient, seed=1).play("http://127.0.0.1:9/join/x/")


def test_ids_are_spoiled_and_the_rest_of_the_address_is_not():
    spoiled = httpx.URL(malformed("https://s.example/join/k/?assignmentId=1&hitId=2&turkSubmitTo=https%3A%2F%2Fx"))
    assert spoiled.path == "/join/k/"
    assert dict(spoiled.params) == {
        "assignmentId": "<nobody, really>", "hitId": "<nobody, really>", "turkSubmitTo": "https://x",
    }  # fmt: skip
    assert "survey_code=%3Cnobody" in malformed("https://s.example/join/k/?survey_code=1")
