"""The fifteen originals: what they look like as files."""

import io

import numpy as np
import pytest
from PIL import Image

from examples.drawn_scenes import make
from examples.drawn_scenes.draw import draw, draw_original
from examples.drawn_scenes.scenes import BY_SLUG, CATEGORIES, SCENES

OVERLAYS = {"shadows", "lamplight"}


def slugs():
    return [scene.slug for scene in SCENES]


@pytest.mark.parametrize("slug", slugs())
def test_an_original_is_a_picture_of_1200_by_900_that_leaves_room_for_ninety_percent(slug):
    jpeg, owners = make.original_files(BY_SLUG[slug])
    picture = Image.open(io.BytesIO(jpeg))
    assert (picture.format, picture.size) == ("JPEG", (1200, 900))
    assert 150_000 <= len(jpeg) <= 400_000
    smallest = io.BytesIO()
    picture.save(smallest, "JPEG", quality=2, optimize=True)
    assert len(smallest.getvalue()) < len(jpeg) / 10
    shown = io.BytesIO()
    picture.resize((591, 443), Image.Resampling.LANCZOS).save(shown, "WEBP", lossless=True)
    assert len(shown.getvalue()) <= 400_000
    assert np.asarray(Image.open(io.BytesIO(owners))).max() == max(_numbers(slug))


def _numbers(slug):
    return {number for number, kind in enumerate(BY_SLUG[slug].names, 1) if kind not in OVERLAYS}


@pytest.mark.parametrize("slug", slugs())
def test_every_named_thing_has_pixels_of_its_own(slug):
    picture = draw_original(BY_SLUG[slug], 480, 360)
    seen = {name for name, mask in picture.masks.items() if mask.any()}
    assert seen == set(BY_SLUG[slug].names) - OVERLAYS


def test_there_are_three_scenes_in_each_of_five_categories():
    assert [scene.category for scene in SCENES] == [category for category in CATEGORIES.values() for _ in range(3)]
    assert all(len(set(scene.names)) == len(scene.names) for scene in SCENES)


def test_the_same_seed_gives_the_same_picture_and_another_seed_another():
    first, again, other = (draw(BY_SLUG["person_3"], 200, 150, seed).image.tobytes() for seed in (4, 4, 5))
    assert first == again != other


def test_a_picture_has_the_size_that_was_asked_for():
    assert draw(BY_SLUG["object_1"], 160, 200, 1).image.size == (160, 200)


@pytest.fixture
def quick(monkeypatch):
    """Draw two small originals, in this process."""
    monkeypatch.setattr(make, "SCENES", SCENES[:2])
    drawn = []

    def drawings(scenes):
        for scene in scenes:
            drawn.append(scene.slug)
            picture = io.BytesIO()
            Image.new("RGB", (8, 8)).save(picture, "JPEG")
            yield scene, (picture.getvalue(), b"owners")

    monkeypatch.setattr(make, "_drawings", drawings)
    return drawn


def test_making_twice_draws_and_writes_nothing_twice(quick, tmp_path):
    assert make.make(tmp_path) == 5
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert make.make(tmp_path) == 0
    assert quick == ["object_1", "object_2"]
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}


def test_making_again_mends_what_was_lost_or_changed_and_only_that(quick, tmp_path):
    make.make(tmp_path)
    (tmp_path / "originals" / "object_2.jpg").write_bytes(b"half a pic")
    assert make.make(tmp_path) == 1
    assert quick == ["object_1", "object_2", "object_2"]
