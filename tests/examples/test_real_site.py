"""The simulated participants at the real site: every answer comes through its pages, and from nowhere else."""

import threading
import time
from collections import Counter

import pytest

from examples.drawn_scenes.play import play
from examples.drawn_scenes.player import PlayError
from examples.drawn_scenes.receipts import Receipts
from examples.drawn_scenes.scenes import SCENES
from examples.drawn_scenes.sharing import Sight
from examples.drawn_scenes.world import World
from surveys.models import Answer, Assignment, Place, Rendition
from tests.servers import Server
from tests.surveys import factories

pytestmark = pytest.mark.races
ORIGINALS, METHODS, RATERS = 6, 3, 6
PLACES = METHODS * RATERS
ANSWERS = ORIGINALS * PLACES


@pytest.fixture
def survey(database_url):
    return factories.make_published_survey(
        factories.make_study(originals=ORIGINALS, methods=METHODS), raters=RATERS, invitations=PLACES
    )


@pytest.fixture
def world(survey):
    sha256s = Rendition.objects.order_by("sha256").values_list("sha256", flat=True)
    return World({sha256: Sight(SCENES[k % len(SCENES)]) for k, sha256 in enumerate(sha256s)}, {})


@pytest.fixture
def site(database_url, settings, tmp_path):
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log") as server:
        yield server


def links(site, survey):
    return [f"{site.url}/join/{key}/" for key in survey[1].keys]


def requests(log):
    """Method and kind of address of every line that tells of success."""
    lines = [line.split('"')[1].split() for line in log.read_text().splitlines() if '" 200 ' in line]
    return Counter(
        (method, "picture" if "/pictures/" in path else path.rstrip("/").split("/")[-1]) for method, path, _ in lines
    )


def failed(log):
    """Return the lines that tell of something else than success or of being led on."""
    return [line for line in log.read_text().splitlines() if not any(f'" {code} ' in line for code in (200, 302, 303))]


def test_each_item_is_two_pictures_fetched_and_one_answer_sent(survey, world, site, note):
    outcome = play(links(site, survey), world, 1, concurrency=3)
    site.stop()
    seen = requests(site.log)
    note(f"simulated participants: {len(failed(site.log))} requests were told to try again {failed(site.log)}")
    assert (outcome.finished, outcome.answers) == (PLACES, ANSWERS)
    assert seen["GET", "picture"] == 2 * ANSWERS
    assert seen["POST", "answers"] == ANSWERS
    assert Answer.objects.count() == ANSWERS
    assert survey[0].places.filter(state=Place.State.FILLED).count() == PLACES


def test_when_the_server_stops_no_further_answer_comes_and_later_none_is_repeated(survey, world, site, tmp_path):
    path, errors = tmp_path / "receipts.csv", []

    def run():
        try:
            play(links(site, survey), world, 5, concurrency=3, receipts=Receipts(path), patience=1)
        except PlayError as error:
            errors.append(str(error))

    running = threading.Thread(target=run)
    running.start()
    while not path.exists() or len(path.read_text().splitlines()) < 12:
        time.sleep(0.01)
    site.kill()
    stopped = Answer.objects.count()
    running.join()
    assert 0 < stopped == Answer.objects.count() < ANSWERS
    assert "does not answer" in errors[0]
    site.start()
    outcome = play(links(site, survey), world, 5, concurrency=3, receipts=Receipts(path))
    lines = [line.split(",") for line in path.read_text().splitlines()[1:]]
    receipts = [line[-1] for line in lines]
    assert {line[0] for line in lines} <= set(Assignment.objects.values_list("code", flat=True))
    rows = set(Answer.objects.values_list("receipt", flat=True))
    assert outcome.finished == PLACES
    assert set(receipts) <= rows
    assert len(receipts) == len(set(receipts))
    assert len(rows) == Answer.objects.count() == ANSWERS
