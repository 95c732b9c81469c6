"""The reconstructor gets a caption, a seed and a size, and nothing else."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from compression.methods import Registry
from compression.types import MissingFile
from examples.drawn_scenes import backend
from examples.drawn_scenes.backend import DrawnScenes, DrawnScenesSettings
from examples.drawn_scenes.draw import draw
from examples.drawn_scenes.parsing import parse
from examples.drawn_scenes.redraw import redraw
from examples.drawn_scenes.scenes import BY_SLUG
from examples.drawn_scenes.words import describe

SIZE = (240, 180)


def visible(caption, seed=3):
    return {name for name, mask in draw(parse(caption), *SIZE, seed).masks.items() if mask.any()}


def test_the_reconstructor_is_a_process_that_is_told_nothing_but_words_seed_and_size(monkeypatch):
    calls = []
    real = subprocess.run

    def spy(*args, **options):
        calls.append((args, options))
        return real(*args, **options)

    monkeypatch.setattr(subprocess, "run", spy)
    picture = DrawnScenes().reconstruct("a red apple", "scattered_1", 5, *SIZE)
    ((command,), options) = calls[0]
    assert command[1:] == ["-m", "examples.drawn_scenes.redraw"]
    assert json.loads(options["input"]) == {"caption": "a red apple", "seed": 5, "width": 240, "height": 180}
    assert set(options["env"]) == {"PATH", "PYTHONPATH"}
    assert picture == redraw("a red apple", 5, *SIZE)


def test_the_originals_name_makes_no_difference():
    pictures = {DrawnScenes().reconstruct("two lemons", slug, 1, 64, 48) for slug in ("object_1", "landscape_3")}
    assert len(pictures) == 1


def test_it_writes_a_png_of_the_size_asked_for():
    picture = Image.open(io.BytesIO(redraw("a lighthouse", 1, 200, 120)))
    assert (picture.format, picture.size) == ("PNG", (200, 120))


def test_another_originals_caption_gives_the_other_scene():
    one, other = (describe(BY_SLUG[slug], "long") for slug in ("person_1", "landscape_2"))
    assert visible(one) == set(BY_SLUG["person_1"].names)
    assert visible(other) == set(BY_SLUG["landscape_2"].names)


@pytest.mark.parametrize("slug", ["object_2", "scattered_2", "group_3", "landscape_1"])
def test_half_the_caption_gives_fewer_of_the_named_things(slug):
    words = describe(BY_SLUG[slug], "long").split()
    whole, half = visible(" ".join(words)), visible(" ".join(words[: len(words) // 2]))
    assert half < whole


def test_what_is_unsaid_varies_with_the_seed():
    colours = {tuple(np.asarray(Image.open(io.BytesIO(redraw("a teapot", seed, 80, 60))))[42, 40]) for seed in range(6)}
    assert len(colours) > 3


def test_what_is_said_does_not():
    for seed in range(4):
        red, green, blue = np.asarray(Image.open(io.BytesIO(redraw("a red teapot", seed, 80, 60))))[42, 40].astype(int)
        assert red > green + 40
        assert red > blue + 40


@pytest.mark.parametrize(
    "caption", ["", "nothing we know", "a gull", "three strawberries and a woman", "a lake", "the sea"]
)
def test_any_caption_can_be_drawn(caption):
    assert redraw(caption, 2, 64, 48)


def test_an_impossible_size_is_refused_in_words():
    request = json.dumps({"caption": "a cup", "seed": 1, "width": 5, "height": 99999})
    done = subprocess.run(
        [sys.executable, "-m", "examples.drawn_scenes.redraw"],
        input=request,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "16 to 4096 pixels" in done.stderr


def test_a_missing_caption_is_a_missing_file():
    with pytest.raises(MissingFile, match="object_1"):
        DrawnScenes().reconstruct(None, "object_1", 1, *SIZE)


def test_the_plugin_registers_its_name():
    registry = Registry()
    backend.register(registry)
    assert registry.names("reconstructor") == ["drawn-scenes"]
    assert DrawnScenesSettings().model_dump() == {}
