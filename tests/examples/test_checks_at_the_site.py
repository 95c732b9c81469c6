"""Simulated participants at the real site where each survey has practice, checks, repeats and rules."""

import csv
from collections import Counter

import pytest

from examples.drawn_scenes.participants import SimulatedParticipant
from examples.drawn_scenes.play import play
from examples.drawn_scenes.player import Ended
from examples.drawn_scenes.scenes import SCENES
from examples.drawn_scenes.sharing import Sight
from examples.drawn_scenes.world import World
from surveys.models import Answer, Assignment, Check, Place, PlaceItem, Rendition
from surveys.services import exporting
from tests.servers import Server
from tests.surveys import factories

pytestmark = pytest.mark.races
PAIRS = {"attention": ["identical", "unrelated", "instructed"], "training": True, "repeats": 1}
SURVEYS = {"a": PAIRS | {"training_failed": "screen_out"}, "b": PAIRS, "c": {"attention": ["instructed"], "repeats": 1}}
PLACES, INVITED, SEED = 4, 7, 10
CARE = [SimulatedParticipant(SEED * 100_003 + k, World({}, {})).care for k in range(INVITED)]
CAME = next(n for n in range(INVITED) if CARE[:n].count("attentive") == PLACES)


@pytest.fixture(params=SURVEYS)
def survey(request, database_url):
    study = factories.make_study(originals=4, methods=2, area_px=40_000)
    study.definition |= {"rules": {"attention_failures": 1}}
    study.save()
    slug = request.param
    fields = {"slug": slug, "checks": SURVEYS[slug], "include_originals": slug == "c"}
    return factories.make_published_survey(study, raters=2, invitations=INVITED, **fields)


@pytest.fixture
def world(survey):
    checks = {sha256 for row in Check.objects.all() for sha256 in _pictures(row)}
    sha256s = sorted(set(Rendition.objects.values_list("sha256", flat=True)) - checks)
    return World({sha256: Sight(SCENES[k % len(SCENES)]) for k, sha256 in enumerate(sha256s)}, {})


def _pictures(check):
    return {each.sha256 for each in (check.rendition, check.original_rendition) if each}


def test_who_does_not_look_is_replaced_until_every_place_counts(survey, world, database_url, settings, tmp_path):
    published, asked, links = survey[0], survey[0].instrument.asked, survey[1].keys
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log") as site:
        urls = [f"{site.url}/join/{key}/" for key in links]
        outcome = play(urls, world, SEED, concurrency=1)
        again = play(urls, world, SEED, concurrency=1)
    everybody = list(Assignment.objects.order_by("pk"))
    assert len(everybody) == CAME < INVITED
    assert outcome.ended == again.ended
    assert (outcome.ended[Ended.NOT_NEEDED], again.answers) == (INVITED - CAME, 0)
    finished = [row for row in everybody if row.state == Assignment.State.SUBMITTED]
    assert (outcome.finished, outcome.ended[Ended.SCREENED_OUT]) == (len(finished), CAME - len(finished))
    for assignment in finished:
        answered = Counter(assignment.answers.filter(current=True).values_list("item__kind", flat=True))
        shown = Counter(assignment.place.items.values_list("kind", flat=True))
        assert answered == {kind: count * len(asked.questions) for kind, count in shown.items()}
    assert [bool(row.usable) for row in everybody] == [care == "attentive" for care in CARE[:CAME]]
    assert published.places.filter(state=Place.State.FILLED).count() == published.places.count() == PLACES
    retried = Answer.objects.filter(item__kind=PlaceItem.Kind.TRAINING, current=False)
    assert retried.exists() == (asked.shows == "pair")
    exporting.export(study=published.study, out=tmp_path / "tables")
    rows = list(csv.DictReader((tmp_path / "tables" / "responses.csv").read_text().splitlines()))
    stimuli = 8 if asked.shows == "pair" else 8 * len(asked.families or ("textual", "classical")) // 2
    assert len(rows) == stimuli * published.raters * len(asked.questions)
    assert {row["assignment"] for row in rows} == {row.code for row in everybody if row.usable}
