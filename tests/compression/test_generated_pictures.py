"""A generated picture is decoded, has the asked size and shows something."""

import pytest
from PIL import Image

from compression.errors import PictureError
from compression.reconstructors.checks import check_picture
from tests.compression.pictures import saved, textured


def test_a_picture_of_the_asked_size_passes():
    data = saved(textured(1, 40, 30), "PNG")
    assert check_picture(data, "It", (40, 30)).image.size == (40, 30)
    assert check_picture(data, "It").width == 40


def test_another_size_than_asked_is_refused():
    with pytest.raises(PictureError, match="It has 40 × 30 px instead of 64 × 64: ask for a size"):
        check_picture(saved(textured(1, 40, 30), "PNG"), "It", (64, 64))


@pytest.mark.parametrize(
    ("colour", "words"),
    [((0, 0, 0), "It is black"), ((2, 1, 0), "It is black"), ((18, 52, 86), r"It is one colour \(#123456\)")],
)
def test_a_picture_of_one_colour_is_refused(colour: tuple[int, int, int], words: str):
    with pytest.raises(PictureError, match=words):
        check_picture(saved(Image.new("RGB", (32, 32), colour), "PNG"), "It")


@pytest.mark.parametrize("data", [b"", b"<!doctype html><p>busy", saved(textured(1), "PNG")[:-400]])
def test_what_is_no_whole_picture_is_refused(data: bytes):
    with pytest.raises(PictureError):
        check_picture(data, "It")
