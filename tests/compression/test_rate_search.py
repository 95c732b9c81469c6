"""JPEG by the size it may have."""

from contextlib import suppress
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from compression.codecs.jpeg import JpegCodec, JpegSettings
from compression.codecs.jpeg_target import Target, encode_to_size
from compression.codecs.libjpeg import Sampling, by_tables
from compression.codecs.tables import CHROMA, COARSEST, FINEST, LUMA, distance, tables
from compression.codecs.target import percent_smaller
from compression.errors import InfeasibleError
from compression.types import Original
from tests.compression.pictures import reopened, saved, textured

Mode = Literal["baseline", "progressive", "smaller"]
SAMPLINGS: list[Sampling] = ["4:2:0", "4:2:2", "4:4:4"]
MODES: list[Mode] = ["baseline", "progressive", "smaller"]


@st.composite
def pictures(draw: st.DrawFn) -> Image.Image:
    """Textured pictures in colour or grey, most of them decoded from a JPEG once."""
    width, height = draw(st.integers(96, 320)), draw(st.integers(96, 320))
    image = textured(draw(st.integers(0, 10_000)), width, height, draw(st.sampled_from([0.5, 1.0, 1.5])))
    image = image.convert("L").convert("RGB") if draw(st.booleans()) else image
    quality = draw(st.sampled_from([None, 50, 75, 90, 95]))
    return (
        image
        if quality is None
        else reopened(saved(image, "JPEG", quality=quality, subsampling=draw(st.integers(0, 2))))
    )


def extremes(image: Image.Image, target_mode: Mode, sampling: Sampling) -> tuple[int, int]:
    """Return the sizes at the coarsest and the finest tables."""
    modes = [False, True] if target_mode == "smaller" else [target_mode == "progressive"]
    return tuple(  # type: ignore[return-value]
        min(len(by_tables(image, tables(scale), sampling, progressive)) for progressive in modes)
        for scale in (COARSEST, FINEST)
    )


@given(pictures(), st.floats(0, 1), st.sampled_from(SAMPLINGS), st.sampled_from(MODES))
@settings(max_examples=60)
def test_every_reachable_target_is_met_within_half_a_percent_and_never_exceeded(
    image: Image.Image, share: float, sampling: Sampling, mode: Mode
) -> None:
    smallest, largest = extremes(image, mode, sampling)
    size_bytes = int(smallest * (largest / smallest) ** share)
    assume(smallest <= size_bytes and size_bytes >= 2_000)
    data, parameters = encode_to_size(image, Target(size_bytes, sampling, mode))
    assert 0.995 * size_bytes <= len(data) <= size_bytes
    assert parameters["unused_percent"] <= 0.5


@given(pictures(), st.integers(1, 400_000))
@settings(max_examples=30)
def test_no_target_whatever_gives_a_larger_file(image: Image.Image, size_bytes: int) -> None:
    with suppress(InfeasibleError):
        data, _ = encode_to_size(image, Target(size_bytes, "4:2:0", "smaller"))
        assert len(data) <= size_bytes


def test_a_grey_picture_that_was_a_jpeg_once_is_spent_on_entry_by_entry() -> None:
    entries = 0
    for seed in range(30):
        grey = textured(seed, 200, 150).convert("L")
        image = reopened(saved(grey, "JPEG", quality=50)).convert("RGB")
        data, parameters = encode_to_size(image, Target(9_000, "4:2:0", "smaller"))
        assert 8_955 <= len(data) <= 9_000
        entries += parameters["encodings"] > 25
    assert entries


def test_a_target_out_of_reach_names_the_smallest_reachable_size() -> None:
    image = textured(3)
    smallest, _ = extremes(image, "smaller", "4:2:0")
    with pytest.raises(InfeasibleError) as caught:
        encode_to_size(image, Target(smallest - 1, "4:2:0", "smaller"))
    assert caught.value.parameters["smallest_bytes"] == smallest
    assert f"the smallest JPEG at full size has {smallest} bytes" in caught.value.reason
    assert len(encode_to_size(image, Target(smallest, "4:2:0", "smaller"))[0]) == smallest


def test_a_lossless_original_can_ask_for_more_than_quality_95() -> None:
    image = textured(5, 400, 300, roughness=0.3)
    at_95 = len(saved(image, "JPEG", quality=95, subsampling="4:2:0", optimize=True))
    size_bytes = at_95 * 5 // 4
    data, parameters = encode_to_size(image, Target(size_bytes, "4:2:0", "smaller"))
    assert parameters["luma_scale_percent"] < 10
    assert 0.995 * size_bytes <= len(data) <= size_bytes


def test_a_target_above_the_finest_file_is_not_padded() -> None:
    image = textured(6)
    data, parameters = encode_to_size(image, Target(10_000_000, "4:4:4", "baseline"))
    assert parameters["at_finest"]
    assert set(reopened(data).quantization[0]) == {1}  # type: ignore[attr-defined]


def test_noise_at_the_finest_tables_outgrows_no_buffer(capfd: pytest.CaptureFixture[str]) -> None:
    image = Image.effect_noise((700, 500), 120).convert("RGB")
    encode_to_size(image, Target(10_000_000, "4:4:4", "smaller"))
    assert capfd.readouterr().err == ""


def test_the_smaller_of_baseline_and_progressive_is_taken() -> None:
    image = textured(7, 640, 480)
    found = {}
    for mode in MODES:
        _, parameters = encode_to_size(image, Target(40_000, "4:2:0", mode))
        found[mode] = parameters["luma_scale_percent"]
    assert found["smaller"] == pytest.approx(min(found["baseline"], found["progressive"]), rel=0.02)


def test_table_entries_step_one_at_a_time() -> None:
    scales = [FINEST * (COARSEST / FINEST) ** (step / 200_000) for step in range(100_000, 100_500)]
    steps = [distance(tables(a), tables(b)) for a, b in pairwise(scales)]
    assert sum(steps) > 0
    assert max(steps) <= 1


def test_a_scale_of_100_percent_is_quality_50_but_for_rounding() -> None:
    middle = tables(100.0)
    assert max(abs(a - b) for a, b in zip(middle.luma, LUMA, strict=True)) <= 1
    assert max(abs(a - b) for a, b in zip(middle.chroma, CHROMA, strict=True)) <= 1
    assert reopened(saved(textured(1), "JPEG", quality=50)).quantization == {0: list(LUMA), 1: list(CHROMA)}  # type: ignore[attr-defined]


def test_percent_smaller_counts_from_the_original_file_and_rounds_down() -> None:
    image = textured(8, 640, 480)
    original = Original("o", "c", None, "", 150_001)
    encoded = JpegCodec(JpegSettings(target_percent_smaller=80)).encode(image, original)
    assert percent_smaller(150_001, 80) == 30_000
    assert 29_850 <= len(encoded.data) <= 30_000
    assert encoded.parameters["target_bytes"] == 30_000


def test_a_target_in_bytes_is_met() -> None:
    encoded = JpegCodec(JpegSettings(target_bytes=20_000)).encode(
        textured(9, 640, 480), Original("o", "c", None, "", 1)
    )
    assert 19_900 <= len(encoded.data) <= 20_000
