"""What a study file may say, and how it is told what is wrong."""

from pathlib import Path
from typing import Any

import pytest

from compression.study import StimulusDefinition, StudyError, load, parse, read_toml
from tests.compression import worlds
from tests.compression.pictures import saved, textured


def problems(data: dict[str, Any], root: Path | None = None) -> str:
    with pytest.raises(StudyError) as caught:
        worlds.plan(root, data) if root else parse(StimulusDefinition, data)
    return str(caught.value)


def test_a_plan_names_every_file_with_its_hash_and_size(root: Path) -> None:
    plan = worlds.plan(root, worlds.tables())
    assert [original.slug for original in plan.originals] == ["picture_0", "picture_1"]
    first = plan.originals[0]
    assert first.path is not None
    assert (first.file_bytes, first.width, first.height) == (first.path.stat().st_size, 160, 120)
    assert len(first.sha256) == 64
    assert plan.captions["words", "picture_0"].text == "A café, number 0"
    assert plan.captions["words", "picture_0"].size_bytes == 17
    assert plan.sources["words", "picture_1"].width == 96


def test_a_study_file_is_read_from_disk_with_files_beside_it_or_elsewhere(root: Path, tmp_path: Path) -> None:
    text = """
[study]
slug = "small"
title = "Small"
seed = 1
[[categories]]
slug = "things"
title = "Things"
[[originals]]
slug = "picture_0"
category = "things"
file = "originals/picture_0.png"
[[methods]]
slug = "jpeg"
title = "JPEG"
family = "classical"
codec = { backend = "jpeg", target_percent_smaller = 50 }
[panel]
kind = "direct"
"""
    beside, elsewhere = root / "study.toml", tmp_path / "study.toml"
    beside.write_text(text)
    elsewhere.write_text(text)
    assert load(beside).originals == load(elsewhere, root).originals
    assert load(beside).area_px == 512 * 512


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"[study", "is not TOML"), (b"\xff\xfe", "is not UTF-8"), (None, "cannot be read")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, word: str) -> None:
    path = tmp_path / "study.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StudyError, match=f"study.toml: {word}"):
        read_toml(path)


def test_tables_of_the_surveys_are_left_alone_and_others_refused() -> None:
    data = worlds.tables() | {"surveys": [1], "panel": {}, "consent": {}, "preregistration": {}}
    parse(StimulusDefinition, data)
    assert problems(data | {"survey": []}) == (
        "study.toml: survey: Extra inputs are not permitted: drop this key, or correct its spelling"
    )


@pytest.mark.parametrize("slug", ["", "Upper", "a.b", "-a", "../x", "a" * 64, "é", "a\n"])
def test_slugs_are_plain(slug: str) -> None:
    data = worlds.tables()
    data["originals"][1]["slug"] = slug
    assert "originals[1].slug" in problems(data)
    assert "small letters" in problems(data)


def test_everything_malformed_is_said_at_once_with_its_place() -> None:
    data = worlds.tables()
    data["study"]["seed"] = "7"
    data["renditions"]["area_px"] = 12
    del data["originals"][1]["file"]
    data["methods"][0] = data["methods"][0] | {"famliy": "x"}
    said = problems(data)
    assert said.count("\n") == 3
    for place in ("study.seed", "renditions.area_px", "originals[1].file (picture_1)", "methods[0].famliy (jpeg)"):
        assert place in said


def test_contradictions_are_said_at_once() -> None:
    data = worlds.tables(methods=[worlds.JPEG | {"family": "textual"}, worlds.WORDS | {"codec": {"backend": "jpeg"}}])
    data["originals"][1] |= {"slug": "picture_0", "category": "nowhere"}
    said = problems(data)
    assert 'the slug "picture_0" stands there 2 times' in said
    assert 'there is no category "nowhere": use one of things' in said
    assert "methods[0] (jpeg): a textual method has a captioner and a reconstructor" in said
    assert "methods[1] (words)" in said


def test_an_unknown_backend_lists_those_that_are_registered(root: Path) -> None:
    said = problems(worlds.tables(methods=[worlds.JPEG | {"codec": {"backend": "jpg", "quality": 3}}]), root)
    assert 'methods[0] (jpeg).codec: there is no codec "jpg": use one of avif, folder, jpeg, jpeg-xl, webp' in said
    assert "TWICETOLD_BACKENDS" in said


def test_wrong_settings_of_a_backend_are_named(root: Path) -> None:
    said = problems(
        worlds.tables(methods=[worlds.JPEG | {"codec": {"backend": "jpeg", "quality": 3, "dither": 1}}]), root
    )
    assert "methods[0] (jpeg).codec.dither" in said


def test_missing_and_empty_files_are_errors_all_at_once(root: Path) -> None:
    (root / "originals" / "picture_0.jpg").write_bytes(b"")
    (root / "originals" / "picture_1.jpg").unlink()
    (root / "rebuilt" / "picture_1_r.png").write_text("<html>not found</html>")
    said = problems(worlds.tables(), root)
    assert "originals[0].file (picture_0): picture_0.jpg is empty (0 bytes): put the file back" in said
    assert "originals[1].file (picture_1): there is no originals/picture_1.jpg" in said
    assert "methods[1] (words).reconstructor (picture_1): picture_1_r.png is not a picture but a web page" in said
    assert said.count('missing_files = "record"') == 3


def test_missing_files_can_be_a_condition_of_the_study(root: Path) -> None:
    (root / "originals" / "picture_0.jpg").write_bytes(b"")
    (root / "rebuilt" / "picture_1_r.png").unlink()
    plan = worlds.plan(root, worlds.tables(missing_files="record"))
    assert plan.originals[0].path is None
    assert plan.originals[0].reason == "Original picture_0 is missing: picture_0.jpg is empty (0 bytes)"
    assert plan.sources["words", "picture_1"].reason == "there is no rebuilt/picture_1_r"


def test_a_pinned_original_must_be_that_very_file(root: Path) -> None:
    data = worlds.tables()
    right = worlds.plan(root, data).originals[0].sha256
    data["originals"][0]["sha256"] = right
    assert worlds.plan(root, data).originals[0].sha256 == right
    (root / "originals" / "picture_0.jpg").write_bytes(saved(textured(55), "JPEG"))
    assert "is another file than the one pinned" in problems(data, root)


def test_two_originals_that_are_the_same_file_are_both_named(root: Path) -> None:
    same = (root / "originals" / "picture_0.jpg").read_bytes()
    (root / "originals" / "picture_1.jpg").write_bytes(same)
    said = problems(worlds.tables(), root)
    assert 'originals[1].file (picture_1): "picture_1" and "picture_0" are the same picture, byte for byte' in said
    assert "give each its own file, or drop one of them" in said


def test_originals_that_are_both_missing_are_not_taken_for_the_same(root: Path) -> None:
    for number in range(2):
        (root / "originals" / f"picture_{number}.jpg").write_bytes(b"")
    assert len(worlds.plan(root, worlds.tables(missing_files="record")).originals) == 2
