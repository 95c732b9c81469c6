"""Files stay below the study's folder, and are found by name."""

from pathlib import Path

import pytest

from compression.errors import AmbiguousFileError, MissingFile, UnsafePathError
from compression.files import Files
from compression.study import StudyError
from tests.compression import worlds


@pytest.fixture
def files(tmp_path: Path) -> Files:
    (tmp_path / "study" / "in").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.jpg").write_bytes(b"secret")
    return Files(tmp_path / "study")


@pytest.mark.parametrize(
    "name",
    [
        "../outside/secret.jpg",
        "in/../../outside/secret.jpg",
        "/etc/passwd",
        "",
        "..",
        "in\\..\\..\\x",
        "C:/x.jpg",
        "a\0b",
    ],
)
def test_a_path_that_leads_out_is_refused(files: Files, name: str) -> None:
    with pytest.raises(UnsafePathError):
        files.picture(name)


def test_a_link_to_a_file_outside_is_refused(files: Files) -> None:
    (files.root / "in" / "secret.jpg").symlink_to(files.root.parent / "outside" / "secret.jpg")
    with pytest.raises(UnsafePathError, match="through a link: copy the file into it"):
        files.picture("in/secret.jpg")


def test_a_linked_folder_outside_is_refused(files: Files) -> None:
    (files.root / "way").symlink_to(files.root.parent / "outside")
    with pytest.raises(UnsafePathError):
        files.picture("way/secret.jpg")
    with pytest.raises(UnsafePathError):
        files.below("way/secret.csv")


def test_a_link_that_stays_inside_is_followed(files: Files) -> None:
    (files.root / "in" / "real.jpg").write_bytes(b"x")
    (files.root / "in" / "other.jpg").symlink_to("real.jpg")
    assert files.picture("in/other.jpg").read_bytes() == b"x"


def test_a_study_in_a_linked_folder_works(files: Files) -> None:
    (files.root / "in" / "real.jpg").write_bytes(b"x")
    link = files.root.parent / "link"
    link.symlink_to(files.root)
    assert Files(link).picture("in/real.jpg").name == "real.jpg"


@pytest.mark.parametrize("asked", ["in/cat.jpg", "in/cat.png", "in/cat", "in/CAT.jpg"])
@pytest.mark.parametrize("there", ["cat.webp", "cat.JPEG", "Cat.jpg"])
def test_a_picture_is_found_by_stem_with_any_extension_in_any_case(files: Files, asked: str, there: str) -> None:
    (files.root / "in" / there).write_bytes(b"x")
    assert files.picture(asked).name == there


@pytest.mark.parametrize("other", ["cat.png", "CAT.JPG", "Cat.webp"])
def test_two_files_of_one_name_are_an_error_that_names_both(files: Files, other: str) -> None:
    for name in ("cat.jpg", other):
        (files.root / "in" / name).write_bytes(b"x")
    with pytest.raises(AmbiguousFileError, match="keep one of them") as caught:
        files.picture("in/cat.jpg")
    assert "cat.jpg" in str(caught.value)
    assert other in str(caught.value)


def test_other_files_and_longer_names_are_no_hit(files: Files) -> None:
    for name in ("cat.txt", "cat_2.jpg", "cat.jpg.part", "cat.tar.png"):
        (files.root / "in" / name).write_bytes(b"x")
    (files.root / "in" / "cat.gif").mkdir()
    with pytest.raises(MissingFile, match=r"there is no in/cat\.jpg: put the file there"):
        files.picture("in/cat.jpg")


def test_a_folder_that_is_not_there_is_a_missing_file(files: Files) -> None:
    with pytest.raises(MissingFile):
        files.picture("nowhere/cat.jpg")


@pytest.mark.parametrize("key", ["original", "folder", "captions"])
def test_no_key_of_a_study_file_leads_out_even_when_missing_files_are_recorded(tmp_path: Path, key: str) -> None:
    worlds.write_files(tmp_path / "study")
    data = worlds.tables(missing_files="record")
    if key == "original":
        data["originals"][0]["file"] = "../x.jpg"
    if key == "folder":
        data["methods"] = [worlds.WORDS | {"reconstructor": {"backend": "folder", "folder": "../study/rebuilt"}}]
    if key == "captions":
        data["methods"] = [worlds.WORDS | {"captioner": {"backend": "human", "file": "/etc/passwd", "optional": True}}]
    with pytest.raises(StudyError, match="is not a path below the study's folder"):
        worlds.plan(tmp_path / "study", data)
