"""What simulated participants know, and how they judge."""

import csv
import hashlib
import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from examples.drawn_scenes.draw import draw_original
from examples.drawn_scenes.participants import SimulatedParticipant, likeness
from examples.drawn_scenes.scenes import BY_SLUG, SCENES
from examples.drawn_scenes.sharing import Sight, shared
from examples.drawn_scenes.visibility import visibilities
from examples.drawn_scenes.words import LEVELS, describe
from examples.drawn_scenes.world import UnknownPictureError, World

SIZE = (480, 360)
PICTURES = {slug: draw_original(BY_SLUG[slug], *SIZE) for slug in ("object_1", "group_1")}


def file(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decoded(image, quality):
    return Image.open(io.BytesIO(file(image, "JPEG", quality=quality))).convert("RGB")


def build(rename=lambda name: name, swap=False):
    """A small study: two originals by three captions and two JPEGs; ``swap`` exchanges two stimuli's pictures."""
    store: dict[str, bytes] = {}
    rows = []

    def keep(data):
        sha256 = hashlib.sha256(data).hexdigest()
        store[sha256] = data
        return sha256

    for slug, picture in PICTURES.items():
        original = keep(file(picture.image, "PNG"))
        made = {f"{level}-words": (describe(BY_SLUG[slug], level), f"{slug} {level}".encode()) for level in LEVELS}
        made |= {f"jpeg-{q}": ("", file(decoded(picture.image, q), "PNG")) for q in (4, 40)}
        if swap:
            made["short-words"], made["jpeg-40"] = made["jpeg-40"], made["short-words"]
        for method, (caption, data) in made.items():
            name = rename(method)
            rows.append({
                "stimulus": f"{slug}.{name}", "original": slug, "method": name, "caption": caption,
                "rendition_sha256": keep(data), "original_rendition_sha256": original,
            })  # fmt: skip
    return World.build(rows, store.__getitem__, lambda scene: PICTURES[scene.slug].masks), rows


WORLD, ROWS = build()


def ratings(world, rows):
    people = [SimulatedParticipant(seed, world) for seed in range(12)]
    return {
        row["stimulus"]: [p.rate(row["original_rendition_sha256"], row["rendition_sha256"]) for p in people]
        for row in rows
    }


def test_longer_captions_and_better_jpegs_lose_less():
    for slug in PICTURES:
        losses = [
            WORLD.true_loss(f"{slug}.{m}") for m in ("short-words", "medium-words", "long-words", "jpeg-4", "jpeg-40")
        ]
        assert losses[0] > losses[1] > losses[2] > losses[4]
        assert losses[3] > losses[4] > 0


def test_a_picture_shares_everything_with_itself_and_little_with_another_scene():
    one, other = (row["original_rendition_sha256"] for row in (ROWS[0], ROWS[-1]))
    assert WORLD.shared(one, one) == pytest.approx(1)
    assert WORLD.shared(one, other) < 0.1
    assert WORLD.shared(one, other) == WORLD.shared(other, one)


def test_another_scenes_caption_shares_little():
    a, b = (Sight(BY_SLUG[slug]) for slug in ("landscape_1", "person_1"))
    assert shared(a, b) < 0.1


def test_every_pair_of_scenes_shares_between_nothing_and_everything():
    sights = [Sight(scene) for scene in SCENES]
    assert all(0 <= shared(a, b) <= 1 for a in sights for b in sights)


def test_permuted_method_names_give_identical_ratings():
    names = ["short-words", "medium-words", "long-words", "jpeg-4", "jpeg-40"]
    permuted, rows = build(rename=dict(zip(names, names[2:] + names[:2], strict=True)).__getitem__)
    by_picture = [
        sorted(
            (row["rendition_sha256"], given) for row, given in zip(rows_, ratings(world, rows_).values(), strict=True)
        )
        for world, rows_ in ((WORLD, ROWS), (permuted, rows))
    ]
    assert by_picture[0] == by_picture[1]


def test_swapped_pictures_swap_the_ratings():
    before, after = ratings(WORLD, ROWS), ratings(*build(swap=True))
    for slug in PICTURES:
        assert after[f"{slug}.short-words"] == before[f"{slug}.jpeg-40"]
        assert after[f"{slug}.jpeg-40"] == before[f"{slug}.short-words"]
        assert after[f"{slug}.long-words"] == before[f"{slug}.long-words"]


def test_sides_make_no_difference():
    a, b = ROWS[0]["original_rendition_sha256"], ROWS[0]["rendition_sha256"]
    assert all(
        SimulatedParticipant(k, WORLD).rate(a, b) == SimulatedParticipant(k, WORLD).rate(b, a) for k in range(30)
    )


def test_visibility_falls_with_quality_for_every_thing():
    picture = PICTURES["object_1"]
    seen = [visibilities(picture.image, decoded(picture.image, q), picture.masks) for q in (90, 20, 5, 1)]
    assert all(better[name] > worse[name] for better, worse in pairwise(seen) for name in picture.masks)
    assert visibilities(picture.image, picture.image, picture.masks) == pytest.approx(dict.fromkeys(picture.masks, 1.0))


def test_a_thing_that_is_painted_over_is_not_seen_and_the_others_are():
    picture = PICTURES["object_1"]
    pixels = np.asarray(picture.image).copy()
    pixels[picture.masks["lemon"]] = 128
    seen = visibilities(picture.image, Image.fromarray(pixels), picture.masks)
    assert seen["lemon"] < 0.75
    assert seen["hills"] > 0.99


def test_a_picture_of_another_size_is_compared_at_the_originals():
    picture = PICTURES["object_1"]
    half = picture.image.resize((240, 180))
    assert 0.3 < visibilities(picture.image, half, picture.masks)["teapot"] < 1


def test_a_world_can_be_kept_as_a_file(tmp_path):
    WORLD.save(tmp_path / "world.json")
    again = World.load(tmp_path / "world.json")
    assert ratings(again, ROWS) == ratings(WORLD, ROWS)
    assert again.pairs == WORLD.pairs


def test_building_a_world_tells_of_each_row():
    told = []
    rows = [row for row in ROWS if row["caption"]]
    World.build(rows, lambda sha256: b"", advance=lambda: told.append(1))
    assert len(told) == len(rows)


def test_the_truth_is_a_table_of_losses(tmp_path):
    WORLD.write_truth(tmp_path / "truth.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "truth.csv").read_text())))
    assert {row["stimulus"] for row in rows} == {row["stimulus"] for row in ROWS}
    assert all(0 <= float(row["true_loss"]) <= 1 for row in rows)


def test_an_unknown_picture_is_an_error_in_words():
    with pytest.raises(UnknownPictureError, match="build the world again"):
        WORLD.shared("0" * 64, ROWS[0]["rendition_sha256"])


def test_satisfaction_grows_with_what_is_shared():
    values = [likeness(s) for s in np.linspace(0, 1, 21)]
    assert values == sorted(values)
    assert values[0] == 1
    assert 9.5 < values[-1] < 10


def test_about_one_participant_in_eight_is_careless():
    people = [SimulatedParticipant(seed, WORLD) for seed in range(600)]
    kinds = [person.care for person in people]
    assert 0.08 < 1 - kinds.count("attentive") / 600 < 0.16
    assert set(kinds) == {"attentive", "uniform", "straight", "fast"}


def test_the_careless_are_careless_in_their_own_ways():
    people = [SimulatedParticipant(seed, WORLD) for seed in range(300)]
    given = [(p.care, [p.rate(*pair) for pair in WORLD.pairs.values()]) for p in people]
    assert all(len(set(values)) == 1 for care, values in given if care == "straight")
    assert all(min(values) >= 8 for care, values in given if care == "fast")
    assert all(1 <= value <= 10 for _, values in given for value in values)


def test_participants_differ_in_leniency_and_in_steadiness():
    people = [SimulatedParticipant(seed, WORLD) for seed in range(400)]
    assert np.std([p.bias for p in people]) == pytest.approx(0.5, abs=0.06)
    assert np.median([p.inconsistency for p in people]) == pytest.approx(0.9, abs=0.06)
    pair = next(iter(WORLD.pairs.values()))
    assert all(p.seconds(*pair) > 0 for p in people[:20])
