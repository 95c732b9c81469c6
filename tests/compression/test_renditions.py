"""What is shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from compression import renditions
from compression.errors import PictureError
from compression.renditions import lower, render, size_for
from compression.store import Store
from tests.compression.pictures import reopened, saved, textured

AREA = 128 * 128


@given(st.integers(1, 8000), st.integers(1, 8000), st.integers(64 * 64, 2048 * 2048))
def test_every_picture_gets_the_same_area_and_keeps_its_shape(width: int, height: int, area_px: int) -> None:
    wide, high = size_for(width, height, area_px)
    if min(wide, high) >= 30:
        assert wide * high == pytest.approx(area_px, rel=0.04)
        assert wide / high == pytest.approx(width / height, rel=0.04)


def test_a_rendition_is_lossless_webp_of_the_resampled_pixels(tmp_path: Path) -> None:
    store, image = Store(tmp_path), textured(1, 400, 200)
    rendition = render(store, saved(image, "PNG"), "x", "0" * 64, AREA, None)
    shown = reopened(store.read(rendition.sha256))
    assert shown.format == "WEBP"
    assert shown.size == (rendition.width, rendition.height) == (181, 91)
    assert shown.convert("RGB").tobytes() == image.resize((181, 91), Image.Resampling.LANCZOS).tobytes()
    assert rendition.size_bytes == store.path(rendition.sha256).stat().st_size
    assert (rendition.area_px, rendition.source_sha256) == (AREA, "0" * 64)


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    data = saved(textured(2), "JPEG")
    one, two = (render(Store(tmp_path / name), data, "x", "0" * 64, AREA, None) for name in "ab")
    assert one == two


def test_a_small_picture_is_enlarged(tmp_path: Path) -> None:
    rendition = render(Store(tmp_path), saved(textured(3, 20, 20), "PNG"), "x", "0" * 64, AREA, None)
    assert (rendition.width, rendition.height) == (128, 128)


def test_a_codec_that_was_downscaled_is_first_brought_back_to_the_originals_size(tmp_path: Path) -> None:
    store, small = Store(tmp_path), textured(4, 50, 40)
    rendition = render(store, saved(small, "PNG"), "x", "0" * 64, AREA, (200, 160))
    back = small.resize((200, 160), Image.Resampling.LANCZOS)
    expected = back.resize((rendition.width, rendition.height), Image.Resampling.LANCZOS)
    assert reopened(store.read(rendition.sha256)).convert("RGB").tobytes() == expected.tobytes()


def test_a_strip_too_narrow_to_show_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="too narrow to be shown"):
        render(Store(tmp_path), saved(Image.new("RGB", (20_000, 1)), "PNG"), "x", "0" * 64, 512 * 512, None)


@given(st.integers(renditions.MIN_AREA_PX, 4_000_000), st.integers(50_001, 10_000_000), st.integers(50_000, 1_000_000))
def test_over_budget_the_area_shrinks_until_the_least(area_px: int, pair_bytes: int, budget: int) -> None:
    if pair_bytes > budget:
        lowered = lower(area_px, pair_bytes, budget)
        assert lowered >= renditions.MIN_AREA_PX
        assert lowered < area_px or area_px == renditions.MIN_AREA_PX
