"""Captions and scenes say the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.drawn_scenes import make
from examples.drawn_scenes.parsing import parse
from examples.drawn_scenes.scenes import SCENES
from examples.drawn_scenes.words import LEVELS, describe

SIZES = {"short": (30, 80), "medium": (100, 195), "long": (170, 280)}
every_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.slug)


def said(scene):
    things = sorted((thing.kind, thing.count, tuple(sorted(thing.attributes))) for thing in scene.things)
    return things, scene.arrangement, scene.action, scene.manner, scene.time, scene.weather


@pytest.mark.parametrize("level", LEVELS)
def test_the_committed_captions_are_what_the_scenes_say(level):
    committed = make.HERE / "captions" / f"{level}.csv"
    assert committed.read_text(encoding="utf-8") == make.captions_csv(level)


@every_scene
def test_a_long_caption_reads_back_as_the_whole_scene(scene):
    assert said(parse(describe(scene, "long"))) == said(scene)


@every_scene
def test_a_medium_caption_knows_neither_background_nor_time(scene):
    medium = parse(describe(scene, "medium"))
    assert said(medium) == said(
        replace(scene, things=tuple(thing for thing in scene.things if thing.part != "e"), time="", weather="")
    )


@every_scene
def test_a_short_caption_knows_the_central_things_only(scene):
    short = parse(describe(scene, "short"))
    assert sorted(short.names) == sorted(thing.kind for thing in scene.part("a"))
    assert (short.arrangement, short.action, short.time) == ("", "", "")


@every_scene
@pytest.mark.parametrize("level", LEVELS)
def test_captions_have_the_lengths_of_their_level(scene, level):
    low, high = SIZES[level]
    assert low <= len(describe(scene, level).encode()) <= high


@every_scene
@pytest.mark.parametrize("level", LEVELS)
def test_half_a_caption_names_fewer_things(scene, level):
    words = describe(scene, level).split()
    half = parse(" ".join(words[: len(words) // 2]))
    assert len(half.names) < len(scene.names)
    assert set(half.names) < set(scene.names)


def test_the_order_of_the_phrases_matters_little():
    long = describe(SCENES[0], "long")
    turned = parse(", ".join(reversed(long.split(", "))))
    assert said(turned) == said(SCENES[0])


def test_unknown_words_are_passed_over():
    scene = parse("Look: a truly magnificent, glossy red teapot (by Ada) on some wooden table!")
    assert [(thing.kind, thing.get("colour")) for thing in scene.things] == [("teapot", "red"), ("table", "")]
    assert scene.things[0].get("finish") == "glossy"


def test_an_orange_is_a_fruit_unless_something_follows_it():
    assert parse("an orange and an orange tent").names == ("orange", "tent")


@given(st.text())
def test_any_text_can_be_read(text):
    parse(text)


def test_no_words_make_an_empty_scene():
    assert parse("").names == ()
