"""The recipe that imports the authors' published files: on a checkout of their layout, and on their real files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from surveys.selectors import tables
from surveys.services import places, stimuli, studies
from tests.surveys import study_files

pytestmark = pytest.mark.django_db
STUDY = Path(__file__).parents[2] / "examples" / "textual_transforms" / "study.toml"
SUBJECTS = ("object", "scattered", "person", "group", "landscape")
EMPTY = ("landscape_2", "scattered_3")


def make_checkout(folder: Path) -> Path:
    """Make a checkout of the authors' layout with tiny pictures; two originals are empty, as in their repository."""
    names = [f"{subject}_{number}" for subject in SUBJECTS for number in (1, 2, 3)]
    for seed, name in enumerate(names):
        original = folder / "original_images" / f"{name}.png"
        study_files.draw(original, seed)
        for quality in (1, 11):
            path = folder / "compressed_images" / f"{name}_q{quality}.{'jpeg' if seed % 2 else 'jpg'}"
            path.parent.mkdir(exist_ok=True)
            Image.open(original).save(path, quality=quality)
        for number, suffix in enumerate(("sr", "gr", "hr")):
            study_files.draw(
                folder / "reconstructed_images" / f"{name}_{suffix}.png", 100 + 3 * seed + number, (64, 64)
            )
        if name in EMPTY:
            original.write_bytes(b"")
    return folder


def load_and_plan(files: Path):
    loaded = studies.load(path=STUDY, files=files)
    with ThreadPoolExecutor(2) as executor:
        list(stimuli.generate(study=loaded.study, executor=executor))
    return loaded, places.plan(survey=loaded.study.surveys.get())


def test_empty_originals_are_stated_sized_and_left_out_of_the_survey(tmp_path):
    loaded, proof = load_and_plan(make_checkout(tmp_path))
    assert all(any(name in condition for condition in loaded.conditions) for name in EMPTY)
    rows = {row["stimulus"]: row for row in tables.stimuli(loaded.study)}
    assert len(rows) == 75
    unpaired = {name for name, row in rows.items() if row["state"] == "unpaired"}
    assert {name.split(".")[0] for name in unpaired} == set(EMPTY)
    assert len(unpaired) == 10
    assert all(rows[f"{name}.jpeg-low"]["size_bytes"] for name in EMPTY)
    assert proof.sound
    assert tuple(proof.times_shown) == (20, 20)
    shown = {item.original for place in places.stored_places(loaded.study.surveys.get()) for item in place.items}
    assert len(shown) == 13
    assert not shown & set(EMPTY)
    # captions that were not published leave sizes unknown, not zero
    assert all((row["size_bytes"] is None) == (row["family"] == "textual") for row in rows.values())


def test_captions_in_a_csv_give_sizes(tmp_path):
    make_checkout(tmp_path)
    (tmp_path / "captions").mkdir()
    (tmp_path / "captions" / "human.csv").write_text("original,caption\nobject_1,a café\n", encoding="utf-8")
    loaded, _ = load_and_plan(tmp_path)
    sizes = {row["stimulus"]: row["size_bytes"] for row in tables.stimuli(loaded.study)}
    assert sizes["object_1.human"] == len("a café".encode())
    assert sizes["object_2.human"] is None


@pytest.mark.published
def test_the_published_files_have_the_papers_sizes_and_can_be_planned(published_study):
    loaded, proof = load_and_plan(published_study)
    rows = tables.stimuli(loaded.study)
    sizes = {
        method: [row["size_bytes"] for row in rows if row["method"] == method and row["size_bytes"]]
        for method in ("jpeg-low", "jpeg-high")
    }
    means = {method: sum(found) / len(found) for method, found in sizes.items()}
    expected = {9: (69695.9, 150793.6), 15: (81155.6, 168497.33)}[len(sizes["jpeg-low"])]
    assert (means["jpeg-low"], means["jpeg-high"]) == pytest.approx(expected, abs=0.05)
    assert proof.sound
    assert tuple(proof.times_shown) == (20, 20)
