"""Simulated participants at the real site where each survey has practice, checks, repeats and rules."""

from collections import Counter

import pytest

from examples.drawn_scenes.participants import SimulatedParticipant
from examples.drawn_scenes.play import play
from examples.drawn_scenes.scenes import SCENES
from examples.drawn_scenes.sharing import Sight
from examples.drawn_scenes.world import World
from surveys.models import Answer, Assignment, Check, PlaceItem, Rendition
from tests.servers import Server
from tests.surveys import factories

pytestmark = pytest.mark.races
PAIRS = {"attention": ["identical", "unrelated", "instructed"], "training": True, "repeats": 1}
SURVEYS = {"a": PAIRS, "b": PAIRS, "c": {"attention": ["instructed"], "repeats": 1}}
PEOPLE, SEED = 4, 10
CARE = [SimulatedParticipant(SEED * 100_003 + k, World({}, {})).care for k in range(PEOPLE)]


@pytest.fixture(params=SURVEYS)
def survey(request, database_url):
    study = factories.make_study(originals=4, methods=2, area_px=40_000)
    study.definition |= {"rules": {"attention_failures": 1}}
    study.save()
    slug = request.param
    fields = {"slug": slug, "checks": SURVEYS[slug], "include_originals": slug == "c"}
    return factories.make_published_survey(study, raters=2, invitations=PEOPLE, **fields)


@pytest.fixture
def world(survey):
    checks = {sha256 for row in Check.objects.all() for sha256 in _pictures(row)}
    sha256s = sorted(set(Rendition.objects.values_list("sha256", flat=True)) - checks)
    return World({sha256: Sight(SCENES[k % len(SCENES)]) for k, sha256 in enumerate(sha256s)}, {})


def _pictures(check):
    return {each.sha256 for each in (check.rendition, check.original_rendition) if each}


def test_everything_is_answered_and_who_does_not_look_is_not_usable(survey, world, database_url, settings, tmp_path):
    asked = survey[0].instrument.asked
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log") as site:
        outcome = play([f"{site.url}/join/{key}/" for key in survey[1].keys], world, SEED, concurrency=1)
    everybody = Assignment.objects.order_by("pk")
    assert outcome.finished == len(everybody) == PEOPLE
    for assignment in everybody:
        answered = Counter(assignment.answers.filter(current=True).values_list("item__kind", flat=True))
        shown = Counter(assignment.place.items.values_list("kind", flat=True))
        assert answered == {kind: count * len(asked.questions) for kind, count in shown.items()}
    assert [assignment.usable for assignment in everybody] == [care == "attentive" for care in CARE]
    assert not all(assignment.usable for assignment in everybody)
    again = Answer.objects.filter(item__kind=PlaceItem.Kind.TRAINING, current=False)
    assert again.exists() == (asked.shows == "pair")
