"""JPEG by quality, and what a JPEG file is made of."""

import pytest
from pydantic import ValidationError

from compression import jpeg_file
from compression.codecs.jpeg import JpegCodec, JpegSettings
from compression.types import Original
from tests.compression.pictures import reopened, saved, textured

ORIGINAL = Original("o", "c", None, "", 100_000)


@pytest.mark.parametrize("quality", [1, 11, 50, 95, 100])
def test_a_quality_gives_libjpegs_own_tables(quality: int) -> None:
    image = textured(1)
    data = JpegCodec(JpegSettings(quality=quality)).encode(image, ORIGINAL).data
    expected = reopened(saved(image, "JPEG", quality=quality)).quantization  # type: ignore[attr-defined]
    assert reopened(data).quantization == expected  # type: ignore[attr-defined]


def test_a_plain_quality_is_progressive_4_2_2_as_in_the_paper() -> None:
    encoded = JpegCodec(JpegSettings(quality=11)).encode(textured(1), ORIGINAL)
    picture = reopened(encoded.data)
    assert picture.info["progressive"]
    assert [component[1:3] for component in picture.layer] == [(2, 1), (1, 1), (1, 1)]  # type: ignore[attr-defined]
    assert encoded.parameters == {"quality": 11, "sampling": "4:2:2", "mode": "progressive"}


def test_sampling_and_scan_can_be_chosen() -> None:
    settings = JpegSettings(quality=30, sampling="4:4:4", mode="baseline")
    picture = reopened(JpegCodec(settings).encode(textured(1), ORIGINAL).data)
    assert "progressive" not in picture.info
    assert {component[1:3] for component in picture.layer} == {(1, 1)}  # type: ignore[attr-defined]


def test_the_smaller_scan_can_be_asked_for_a_quality_too() -> None:
    sizes = {
        mode: len(JpegCodec(JpegSettings(quality=5, mode=mode)).encode(textured(1), ORIGINAL).data)
        for mode in ("baseline", "progressive", "smaller")
    }
    assert sizes["smaller"] == min(sizes.values())


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"quality": 10, "target_bytes": 10},
        {"quality": 0},
        {"quality": 101},
        {"target_percent_smaller": 0},
        {"target_percent_smaller": 100},
        {"target_bytes": 0},
        {"quality": 5, "sampling": "4:1:1"},
        {"quality": 5, "dither": True},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        JpegSettings.model_validate(settings)


def test_an_encoded_file_holds_no_metadata() -> None:
    data = JpegCodec(JpegSettings(quality=50)).encode(textured(1), ORIGINAL).data
    assert len(data) - jpeg_file.image_bytes(data) == 18  # the JFIF header, nothing else


def test_image_bytes_leave_out_every_metadata_segment() -> None:
    image = textured(2)
    plain = saved(image, "JPEG", quality=50)
    exif = image.getexif()
    exif[0x010E] = "a description"
    full = saved(image, "JPEG", quality=50, exif=exif, comment=b"a comment", icc_profile=b"x" * 70_000)
    assert len(full) > len(plain) + 70_000
    assert jpeg_file.image_bytes(full) == jpeg_file.image_bytes(plain) == len(plain) - 18


def test_image_bytes_of_progressive_and_restarted_files_are_whole() -> None:
    image = textured(3)
    for options in ({"progressive": True}, {"restart_marker_blocks": 4}):
        data = saved(image, "JPEG", quality=90, **options)
        assert jpeg_file.end(data) == len(data)
        assert jpeg_file.image_bytes(data) == len(data) - 18


def test_other_formats_count_whole() -> None:
    data = saved(textured(4), "PNG")
    assert jpeg_file.image_bytes(data) == len(data)
