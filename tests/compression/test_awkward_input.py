"""Files as they come: each kind becomes upright sRGB, or is refused in words that say what to do."""

import struct
import warnings
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from compression import images
from compression.codecs.jpeg import JpegCodec, JpegSettings
from compression.errors import PictureError
from compression.types import Original
from tests.compression.pictures import reopened, saved, textured

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def array(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


def mean_difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(array(one) - array(other)).mean())


def swapped_profile() -> bytes:
    """Return a display profile whose red and green primaries are exchanged, so that ignoring it shows."""
    data = bytearray(SRGB.tobytes())
    count = int.from_bytes(data[128:132])
    tags = {bytes(data[132 + 12 * i : 136 + 12 * i]): 136 + 12 * i for i in range(count)}
    red, green = (bytes(data[tags[name] : tags[name] + 4]) for name in (b"rXYZ", b"gXYZ"))
    data[tags[b"rXYZ"] : tags[b"rXYZ"] + 4], data[tags[b"gXYZ"] : tags[b"gXYZ"] + 4] = green, red
    description = data.find("sRGB".encode("utf-16-be"))
    if description >= 0:
        data[description : description + 8] = "Oops".encode("utf-16-be")
    return bytes(data).replace(b"sRGB built-in", b"Oops built-in")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright_as_its_exif_says(orientation: int) -> None:
    image = textured(1, 64, 48)
    exif = image.getexif()
    exif[0x0112] = orientation
    data = saved(image, "PNG", exif=exif)
    picture = images.read(data, "turned.png")
    assert (picture.width, picture.height) == ((48, 64) if orientation >= 5 else (64, 48))
    assert images.probe(data, "turned.png") == (picture.width, picture.height)
    assert bool(picture.notes) == (orientation > 1)
    turned = {1: image, 3: image.rotate(180), 6: image.rotate(-90, expand=True), 8: image.rotate(90, expand=True)}
    if orientation in turned:
        assert array(picture.image).tolist() == array(turned[orientation]).tolist()


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
def test_with_broken_exif_the_picture_is_taken_as_upright(picture_format: str) -> None:
    data = saved(textured(1, 64, 48), picture_format, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\x01")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = images.read(data, "broken.jpg")
    assert (picture.width, picture.height) == (64, 48)


def test_metadata_of_the_original_does_not_reach_the_stimulus() -> None:
    image = textured(1)
    exif = image.getexif()
    exif[0x010E] = "secret place"
    data = saved(image, "JPEG", exif=exif, comment=b"secret comment", icc_profile=SRGB.tobytes())
    picture = images.read(data, "private.jpg")
    encoded = JpegCodec(JpegSettings(quality=50)).encode(picture.image, Original("o", "c", None, "", len(data)))
    assert b"secret" not in encoded.data
    assert b"ICC_PROFILE" not in encoded.data


def test_a_foreign_profile_is_converted_to_srgb() -> None:
    image = textured(1)
    picture = images.read(saved(image, "PNG", icc_profile=swapped_profile()), "display.png")
    assert mean_difference(picture.image, image) > 5
    assert "converted to sRGB" in " ".join(picture.notes)


def test_pixels_in_srgb_stay_as_they_are() -> None:
    image = textured(1)
    assert (
        array(images.read(saved(image, "PNG", icc_profile=SRGB.tobytes()), "x.png").image).tolist()
        == array(image).tolist()
    )


def test_a_profile_that_is_none_is_noted_and_ignored() -> None:
    image = textured(1)
    picture = images.read(saved(image, "PNG", icc_profile=b"no profile"), "x.png")
    assert array(picture.image).tolist() == array(image).tolist()
    assert "ignored" in " ".join(picture.notes)


def test_a_grey_picture_with_a_colour_profile_is_read() -> None:
    picture = images.read(saved(textured(1).convert("L"), "PNG", icc_profile=swapped_profile()), "grey.png")
    assert picture.image.mode == "RGB"


def test_transparency_is_laid_on_white() -> None:
    image = textured(1, 64, 48).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    expected = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    picture = images.read(saved(image, "PNG"), "see-through.png")
    assert mean_difference(picture.image, expected) < 0.5
    assert "white" in " ".join(picture.notes)


def test_hidden_colours_under_full_transparency_do_not_show() -> None:
    image = Image.new("RGBA", (32, 32), (200, 0, 0, 0))
    assert images.read(saved(image, "PNG"), "x.png").image.getcolors() == [(1024, (255, 255, 255))]


def test_an_opaque_alpha_channel_changes_nothing() -> None:
    image = textured(1, 64, 48)
    picture = images.read(saved(image.convert("RGBA"), "PNG"), "x.png")
    assert array(picture.image).tolist() == array(image).tolist()
    assert picture.notes == ()


def test_grey_with_alpha_is_laid_on_white() -> None:
    assert images.read(saved(Image.new("LA", (8, 8), (0, 0)), "PNG"), "x.png").image.getpixel((0, 0)) == (255,) * 3


def test_a_palette_picture_keeps_its_colours() -> None:
    image = textured(1, 64, 48).quantize(64)
    assert array(images.read(saved(image, "PNG"), "x.png").image).tolist() == array(image.convert("RGB")).tolist()


def test_a_transparent_palette_entry_is_white() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([10, 20, 30] * 256)
    assert images.read(saved(image, "PNG", transparency=0), "x.png").image.getpixel((0, 0)) == (255, 255, 255)


def test_black_and_white_is_read() -> None:
    assert images.read(saved(Image.new("1", (8, 8), 1), "PNG"), "x.png").image.getpixel((0, 0)) == (255, 255, 255)


def test_cmyk_is_converted() -> None:
    image = textured(1)
    picture = images.read(saved(image.convert("CMYK"), "JPEG", quality=95), "print.jpg")
    assert picture.image.mode == "RGB"
    assert mean_difference(picture.image, image) < 4


@pytest.mark.parametrize("picture_format", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_not_clipped(picture_format: str) -> None:
    values = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    picture = images.read(saved(Image.fromarray(values), picture_format), "deep")
    assert np.abs(array(picture.image)[..., 0] - values / 257).max() <= 0.51
    assert "16-bit" in " ".join(picture.notes)


def test_16_bit_colour_is_read_and_noted() -> None:
    rows = b"".join(b"\0" + struct.pack(">HHH", 0xFFFF, 0x8000, 0) * 8 for _ in range(8))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    picture = images.read(data, "deep.png")
    assert picture.image.getpixel((0, 0)) == (255, 128, 0)
    assert picture.notes == ("16 bits per channel were reduced to 8",)


@pytest.mark.parametrize("mode", ["F", "I"])
def test_pixels_without_a_known_range_are_refused(mode: str) -> None:
    with pytest.raises(PictureError, match=f"mode {mode}.*save it as"):
        images.read(saved(Image.new(mode, (8, 8)), "TIFF"), "measured.tif")


@pytest.mark.parametrize("picture_format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_animations_and_several_pages_are_refused(picture_format: str) -> None:
    frames = [textured(seed, 32, 32) for seed in range(2)]
    data = saved(frames[0], picture_format, save_all=True, append_images=frames[1:])
    with pytest.raises(PictureError, match="2 frames or pages"):
        images.read(data, "moving")


def test_the_first_frame_of_a_multi_picture_jpeg_is_taken_with_a_note() -> None:
    frames = [textured(seed, 64, 48) for seed in range(2)]
    picture = images.read(saved(frames[0], "MPO", save_all=True, append_images=frames[1:]), "phone.jpg")
    assert mean_difference(picture.image, frames[0]) < 20
    assert picture.notes == ("the first of its frames was taken",)


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF"])
def test_every_allowed_format_is_read(picture_format: str) -> None:
    picture = images.read(saved(textured(1, 64, 48), picture_format), "x")
    assert picture.notes == ()
    assert (picture.image.mode, picture.width, picture.height) == ("RGB", 64, 48)
    assert picture.media_type.startswith("image/")


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("lost", [2, 1000])
def test_a_truncated_file_is_refused_even_if_only_its_end_is_lost(picture_format: str, lost: int) -> None:
    if picture_format == "PNG" and lost == 2:
        lost = 40  # the last chunk carries no pixels
    data = saved(textured(1), picture_format)
    with pytest.raises(PictureError, match="copy the file again"):
        images.read(data[:-lost], "half")


def test_a_flipped_bit_in_a_png_is_refused() -> None:
    data = bytearray(saved(textured(1), "PNG"))
    data[len(data) // 2] ^= 0x10
    with pytest.raises(PictureError):
        images.read(bytes(data), "flipped.png")


def test_an_empty_file_is_named_with_its_remedy() -> None:
    with pytest.raises(PictureError) as caught:
        images.read(b"", "Original landscape_2.jpg")
    assert str(caught.value) == (
        "Original landscape_2.jpg is empty (0 bytes): put the file back, or drop it from the study file"
    )


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"just words\n", "text"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "HTML"),
        (b"\xef\xbb\xbf<html>", "HTML"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "PostScript"),
        (bytes(range(256)), "is not a picture"),
        (b"version https://git-lfs.github.com/spec/v1\n", "text"),
    ],
)
def test_what_is_no_picture_is_called_what_it_is(data: bytes, word: str) -> None:
    with pytest.raises(PictureError, match=word):
        images.read(data, "page.jpg")


def test_formats_outside_the_list_are_not_opened() -> None:
    for picture_format in ("EPS", "PPM", "PCX", "ICO"):
        with pytest.raises(PictureError, match="is not a picture"):
            images.read(saved(textured(1, 32, 32), picture_format), "x")


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
def test_bytes_behind_the_picture_are_noted(picture_format: str) -> None:
    picture = images.read(saved(textured(1), picture_format) + b"\0" * 1234, "long")
    assert picture.notes == ("1234 bytes follow the end of the picture and count in its file size",)


@pytest.mark.parametrize("size", [(8001, 8000), (12_000, 10_000), (20_000, 20_000), (65_501, 1)])
def test_pictures_larger_than_the_limit_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    data = saved(Image.new("1", size), "PNG")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(PictureError, match="larger than 64 megapixels or 65500 px"):
            images.probe(data, "bomb.png")


def test_a_compressed_text_bomb_is_refused() -> None:
    data = saved(textured(1, 8, 8), "PNG")
    body = b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    with pytest.raises(PictureError, match="copy the file again"):
        images.read(data[:33] + chunk + data[33:], "bomb.png")


@given(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"]), st.data())
@settings(max_examples=80)
def test_damage_anywhere_gives_a_picture_or_our_own_error(picture_format: str, data: st.DataObject) -> None:
    damaged = bytearray(saved(textured(1, 48, 40), picture_format))
    for position in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=6)):
        damaged[position] = data.draw(st.integers(0, 255))
    with suppress(PictureError):
        assert images.read(bytes(damaged), "damaged").image.mode == "RGB"


def test_the_canonical_picture_carries_nothing_but_pixels() -> None:
    data = saved(textured(1), "JPEG", comment=b"hello", dpi=(72, 72))
    assert reopened(data).info["comment"] == b"hello"
    assert images.read(data, "x.jpg").image.info == {}
    assert saved(images.read(data, "x.jpg").image, "JPEG").find(b"hello") == -1
