"""Simulated participants over HTTP."""

import csv
import hashlib
import subprocess
import sys

import pytest

from examples.drawn_scenes.participants import SimulatedParticipant
from examples.drawn_scenes.play import play, read_links
from examples.drawn_scenes.player import Ended, PlayError
from examples.drawn_scenes.receipts import Receipts
from examples.drawn_scenes.scenes import SCENES
from examples.drawn_scenes.sharing import Sight
from examples.drawn_scenes.world import World
from tests.examples.fake_site import Site

PICTURES = {f"/pictures/{k}.webp": f"picture {k}".encode() for k in range(8)}
SIGHTS = {
    hashlib.sha256(data).hexdigest(): Sight(scene) for data, scene in zip(PICTURES.values(), SCENES, strict=False)
}
WORLD = World(SIGHTS, {})
URLS = list(PICTURES)
PLACES = {f"key{n}": [(URLS[k], URLS[(k + n) % 8]) for k in range(4)] for n in range(1, 6)}


def sha256(url):
    return hashlib.sha256(PICTURES[url]).hexdigest()


def site(**options):
    return Site(PICTURES, PLACES, **options)


def test_everyone_consents_looks_at_both_pictures_answers_once_and_finishes():
    with site() as there:
        outcome = play(there.links(), WORLD, 1, concurrency=3)
    assert (outcome.finished, outcome.answers) == (5, 20)
    assert sorted(there.consents) == sorted(there.finished) == sorted(PLACES)
    assert len(there.fetched) == 40
    assert sorted(post[:3] for post in there.posts) == sorted(there.answers)


def test_ratings_follow_from_the_bytes_that_were_fetched():
    with site() as there:
        play(there.links(), WORLD, 9)
    for number, (key, pairs) in enumerate(PLACES.items()):
        person = SimulatedParticipant(9 * 100_003 + number, WORLD)
        for n, (left, right) in enumerate(pairs, 1):
            assert there.answers[key, n, "satisfaction"]["value"] == person.rate(sha256(left), sha256(right))


def test_two_runs_with_one_seed_send_the_same():
    runs = []
    for _ in range(2):
        with site() as there:
            play(there.links(), WORLD, 4)
            runs.append({place: (answer["value"], answer["key"]) for place, answer in there.answers.items()})
    assert runs[0] == runs[1]
    assert len({key for _, key in runs[0].values()}) == 20


def test_a_stopped_run_goes_on_where_it_stopped_and_repeats_nothing(tmp_path):
    receipts = tmp_path / "receipts.csv"
    with site(most=7) as there:
        with pytest.raises(PlayError, match="closed"):
            play(there.links(), WORLD, 2, receipts=Receipts(receipts))
        assert len(there.posts) == 7
        there.most = 100
        outcome = play(there.links(), WORLD, 2, receipts=Receipts(receipts))
    assert (outcome.finished, outcome.answers) == (5, 13)
    assert len({post[:3] for post in there.posts}) == len(there.posts) == 20
    assert len(there.consents) == 5
    assert receipts.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(receipts.read_text().splitlines()))
    assert {row["assignment"] for row in rows} == {f"code-{key}" for key in PLACES}
    assert {row["receipt"] for row in rows} == {f"r-{key}-{n}-{q}" for key, n, q in there.answers}


def test_a_finished_run_does_nothing_again():
    with site() as there:
        play(there.links(), WORLD, 2)
        outcome = play(there.links(), WORLD, 2)
    assert (outcome.finished, outcome.answers) == (5, 0)
    assert len(there.posts) == 20


def test_who_is_replaced_is_followed_by_others_until_every_place_counts():
    with site(capacity=3, unusable=frozenset({"key2"})) as there:
        outcome = play(there.links(), WORLD, 1, concurrency=1)
    assert there.finished == ["key1", "key2", "key3", "key4"]
    assert outcome.ended == {Ended.FINISHED: 4, Ended.NOT_NEEDED: 1}


@pytest.mark.parametrize("seed", range(4))
def test_who_finds_every_place_taken_comes_back_when_the_others_have_left(seed):
    with site(capacity=1, unusable=frozenset({"key1", "key2", "key3"})) as there:
        outcome = play(there.links(), WORLD, seed, concurrency=5)
    usable = set(there.finished) - there.unusable
    assert len(usable) == 1
    assert outcome.ended.total() == 5
    assert outcome.finished == len(there.finished)


def test_links_that_run_out_before_every_place_counts_are_no_error():
    with site(capacity=4, unusable=frozenset({"key2", "key3"})) as there:
        assert play(there.links(), WORLD, 1, concurrency=2).ended == {Ended.FINISHED: 5}


def test_places_held_by_somebody_who_has_gone_end_the_run_in_words():
    with site(capacity=2, gone=1) as there:
        with pytest.raises(PlayError, match="run this again"):
            play(there.links(), WORLD, 1)
        assert len(there.finished) == 1
        there.gone = 0
        assert play(there.links(), WORLD, 1).finished == 2


def test_a_page_that_refuses_in_other_words_is_told():
    with site(capacity=0) as there:
        there.let_in = lambda key: (409, b"<h1>This survey is paused</h1>")
        with pytest.raises(PlayError, match=r"open the link.*409.*This survey is paused"):
            play(there.links(), WORLD, 1)


def test_a_server_that_stops_gets_no_further_answer_and_the_run_says_so():
    with site() as there:
        links = there.links()
    with pytest.raises(PlayError, match="does not answer"):
        play(links, WORLD, 1, patience=0.3)
    assert there.posts == []


def test_a_busy_server_is_asked_again():
    with site(busy=3) as there:
        assert play(there.links(), WORLD, 1).finished == 5


def test_a_picture_of_another_world_stops_the_run():
    with site() as there, pytest.raises(Exception, match="build the world again"):
        play(there.links(), World({}, {}), 1)


def test_links_lead_to_the_server_that_is_played(tmp_path):
    (tmp_path / "links.csv").write_text(
        "number,url\n1,http://study.example/join/abc/\n2,http://study.example/join/def/\n"
    )
    assert read_links(tmp_path / "links.csv", "http://127.0.0.1:99", 1) == ["http://127.0.0.1:99/join/abc/"]


def command(tmp_path, there, *more):
    WORLD.save(tmp_path / "world.json")
    (tmp_path / "links.csv").write_text("url\n" + "\n".join(there.links()) + "\n")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "examples.drawn_scenes.play",
            "--base-url",
            there.url,
            "--links",
            tmp_path / "links.csv",
            "--world",
            tmp_path / "world.json",
            "--seed",
            "3",
            *more,
        ],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_says_how_many_finished(tmp_path):
    with site() as there:
        done = command(tmp_path, there, "--participants", "2")
    assert done.returncode == 0, done.stderr
    assert "2 participants finished, 8 answers acknowledged" in done.stdout


def test_the_command_ends_with_an_error_when_there_is_no_server(tmp_path):
    with site() as there:
        pass
    done = command(tmp_path, there, "--patience", "0.2")
    assert done.returncode == 1
    assert "start it and run this again" in done.stderr
    assert "/join/" not in done.stderr


THINGS = {"id": "things", "kind": "words", "text": "What?", "min": 1, "max": 5, "longest": 60}
RELATION = {
    "id": "relation", "kind": "text", "text": "How?", "longest": 99, "skip": {"question": "things", "fewer_than": 2},
}  # fmt: skip
FEELINGS = {
    "id": "adjectives", "kind": "choice", "text": "Which?", "min": 1, "max": 3,
    "options": [{"id": "calm"}, {"id": "lively"}, {"id": "dark"}],
}  # fmt: skip


def test_one_picture_is_fetched_once_for_all_its_questions_and_a_skip_says_so():
    places = {f"key{n}": [(url,) for url in URLS] for n in range(12)}
    with Site(PICTURES, places, questions=[THINGS, RELATION, FEELINGS]) as there:
        outcome = play(there.links(), WORLD, 3)
    assert (outcome.finished, outcome.answers) == (12, 12 * 8 * 3)
    assert len(there.fetched) == 12 * 8
    relations = [
        (there.answers[k, n, "things"], answer) for (k, n, q), answer in there.answers.items() if q == "relation"
    ]
    for things, relation in relations:
        assert relation.get("skipped", False) == (relation["value"] is None) == (len(things["value"]) < 2)
    assert 0 < sum(relation["value"] is None for _, relation in relations) < len(relations)
    assert not any("layout" in answer for answer in there.answers.values())


def test_an_item_that_was_left_half_answered_goes_on_with_the_answers_it_has():
    questions = [
        {"id": name, "kind": "rating", "text": "?", "scale": {"min": 1, "max": 5}} for name in ("objects", "colours")
    ]
    with site(most=7, questions=questions) as there:
        with pytest.raises(PlayError, match="closed"):
            play(there.links(), WORLD, 2, concurrency=1)
        there.most = 1000
        assert play(there.links(), WORLD, 2, concurrency=1).answers == 5 * 4 * 2 - 7
    assert len({post[:3] for post in there.posts}) == len(there.posts) == 40
