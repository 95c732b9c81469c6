"""WebP, AVIF and JPEG XL: by quality, by the size they may have, and what is shown of them."""

import hashlib
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from compression import images, jpeg_xl_file, metrics, renditions
from compression.codecs.jpeg_xl import distance_for
from compression.errors import InfeasibleError, PictureError, RemediedError
from compression.files import Files
from compression.methods import registry
from compression.store import Store
from compression.types import Encoded, Original
from tests.compression.pictures import saved, textured

FAST: dict[str, dict[str, Any]] = {"jpeg": {}, "webp": {"effort": 2}, "avif": {"speed": 10}, "jpeg-xl": {"effort": 2}}
MEDIA_TYPES = {"jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif", "jpeg-xl": "image/jxl"}
COARSEST = {"jpeg": 1, "webp": 0, "avif": 0, "jpeg-xl": 0}
ORIGINAL = Original("o", "c", None, "", 100_000)


def encode(name: str, image: Image.Image, settings: dict[str, Any], original: Original = ORIGINAL) -> Encoded:
    backend = registry().backend("codec", name, FAST[name] | settings)
    made = registry().make_codec(backend, Files(Path()))
    return made.encode(image, original)  # type: ignore[union-attr]


def decoded(encoded: Encoded) -> Image.Image:
    return images.read(encoded.data, "it", jpeg_xl=True).image


@pytest.mark.parametrize("name", FAST)
def test_a_quality_is_recorded_and_a_higher_one_is_nearer_to_the_original(name: str) -> None:
    image = textured(1)
    low, high = (encode(name, image, {"quality": quality}) for quality in (10, 80))
    assert len(low.data) < len(high.data)
    assert metrics.ssim(image, decoded(low)) < metrics.ssim(image, decoded(high))
    assert low.media_type == MEDIA_TYPES[name]
    assert (low.width, low.height) == decoded(low).size == image.size
    knob, value = ("distance", distance_for(10)) if name == "jpeg-xl" else ("quality", 10)
    assert low.parameters[knob] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("name", FAST)
@given(data=st.data())
@settings(max_examples=12)
def test_no_target_is_exceeded_and_each_at_or_above_the_coarsest_setting_is_met(name: str, data: st.DataObject) -> None:
    image = textured(data.draw(st.integers(0, 100)), data.draw(st.integers(40, 200)), data.draw(st.integers(40, 200)))
    smallest = len(encode(name, image, {"quality": COARSEST[name]}).data)
    size_bytes = data.draw(st.integers(smallest // 2, smallest * 20))
    target = {"target_bytes": size_bytes}
    if size_bytes < smallest:
        with suppress(InfeasibleError):  # another setting than the coarsest may happen to be smaller
            assert len(encode(name, image, target).data) <= size_bytes
        return
    made = encode(name, image, target)
    assert len(made.data) <= size_bytes
    assert made.parameters["unused_percent"] == pytest.approx(100 * (1 - len(made.data) / size_bytes), abs=0.001)


@pytest.mark.parametrize(("name", "tolerance"), [("jpeg", 0.005), ("jpeg-xl", 0.01), ("webp", 0.05), ("avif", 0.1)])
def test_a_target_is_met_as_nearly_as_the_codecs_steps_allow(name: str, tolerance: float) -> None:
    for size_bytes in (12_000, 20_000):
        made = encode(name, textured(9, 480, 360), {"target_bytes": size_bytes})
        assert (1 - tolerance) * size_bytes <= len(made.data) <= size_bytes


@pytest.mark.parametrize("name", FAST)
def test_one_kilobyte_is_infeasible_at_full_size_and_feasible_at_a_smaller_scale(name: str) -> None:
    image = textured(4, 640, 480, roughness=0.6)
    with pytest.raises(InfeasibleError, match="1000 bytes cannot be reached: the smallest") as caught:
        encode(name, image, {"target_bytes": 1000})
    made = encode(name, image, {"target_bytes": 1000, "downscale_when_infeasible": True})
    assert len(made.data) <= 1000
    assert (made.width, made.height) == decoded(made).size == (made.parameters["width"], made.parameters["height"])
    assert made.width < image.width
    assert made.parameters["full_size_smallest_bytes"] == caught.value.parameters["smallest_bytes"]
    assert 0 < made.parameters["scale"] < 1
    assert "ssim" in made.parameters


@pytest.mark.parametrize("name", FAST)
def test_what_no_scale_can_reach_says_what_is_the_least(name: str) -> None:
    with pytest.raises(
        InfeasibleError, match="20 bytes cannot be reached at any scale: the smallest file has"
    ) as error:
        encode(name, textured(1, 64, 48), {"target_bytes": 20, "policy": "best"})
    assert error.value.parameters["smallest_bytes"] > 20


def test_the_best_scale_is_nearer_to_the_original_than_full_size_at_the_same_bytes() -> None:
    image = textured(2, 640, 480, roughness=0.9)
    smallest = encode("jpeg", image, {"quality": 1, "sampling": "4:2:0", "mode": "smaller"})
    target = {"target_bytes": len(smallest.data) * 11 // 10}
    full, best = (encode("jpeg", image, target | {"policy": policy}) for policy in ("full-size", "best"))
    found = metrics.ssim(image, decoded(best).resize(image.size, Image.Resampling.LANCZOS))
    assert found > metrics.ssim(image, decoded(full))
    assert best.parameters["ssim"] == pytest.approx(found, abs=1e-5)
    assert best.parameters["scale"] < 1


def test_full_size_is_the_best_scale_where_bytes_are_plenty() -> None:
    made = encode("jpeg", textured(2), {"target_bytes": 60_000, "policy": "best"})
    assert made.parameters["scale"] == 1
    assert (made.width, made.height) == (320, 240)


def test_a_feasible_target_is_not_scaled_down() -> None:
    made = encode("webp", textured(2), {"target_bytes": 20_000, "downscale_when_infeasible": True})
    assert (made.width, made.height) == (320, 240)
    assert "scale" not in made.parameters


def test_ms_ssim_can_choose_too() -> None:
    made = encode("jpeg", textured(2), {"target_bytes": 3_000, "policy": "best", "metric": "ms-ssim"})
    assert 0 < made.parameters["ms-ssim"] < 1


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("webp", {}),
        ("webp", {"quality": 5.5}),
        ("webp", {"quality": 101}),
        ("webp", {"quality": 5, "target_bytes": 5}),
        ("webp", {"quality": 5, "policy": "best"}),
        ("webp", {"target_bytes": 5, "metric": "ssim"}),
        ("webp", {"target_bytes": 5, "policy": "best", "metric": "psnr"}),
        ("webp", {"quality": 5, "effort": 7}),
        ("avif", {"quality": -1}),
        ("avif", {"quality": 5, "downscale_when_infeasible": True}),
        ("avif", {"quality": 5, "speed": 11}),
        ("jpeg-xl", {"quality": 50, "distance": 1}),
        ("jpeg-xl", {"distance": 0}),
        ("jpeg-xl", {"distance": 1, "effort": 9}),
        ("jpeg", {"preset": "paper", "target_bytes": 1000}),
        ("jpeg", {"preset": "paper", "quality": 1, "sampling": "4:2:0"}),
    ],
)
def test_settings_that_make_no_sense_are_refused(name: str, settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        registry().backend("codec", name, settings)


@pytest.mark.parametrize(("name", "side"), [("webp", 16_384)])
def test_a_picture_that_the_format_cannot_hold_is_infeasible(name: str, side: int) -> None:
    image = Image.effect_noise((side, 16), 50).convert("RGB")
    with pytest.raises(InfeasibleError, match="set downscale_when_infeasible"):
        encode(name, image, {"target_bytes": 5_000})
    made = encode(name, image, {"target_bytes": 5_000, "downscale_when_infeasible": True})
    assert len(made.data) <= 5_000


def test_a_picture_too_large_for_avifs_memory_is_infeasible_before_it_is_encoded() -> None:
    with pytest.raises(InfeasibleError, match="AVIF is encoded up to 32 megapixels"):
        encode("avif", Image.new("RGB", (6_500, 5_000)), {"quality": 5})


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (320, 240), (240, 320), (640, 480), (3000, 2), (513, 77), (256, 128)])
def test_our_jpeg_xl_files_tell_their_size(size: tuple[int, int]) -> None:
    assert jpeg_xl_file.size(encode("jpeg-xl", Image.new("RGB", size), {"distance": 1}).data) == size


def test_jpeg_xl_is_shown_and_yet_no_original(tmp_path: Path) -> None:
    image = textured(3)
    data = encode("jpeg-xl", image, {"distance": 1}).data
    made = renditions.render(Store(tmp_path), data, "it", "0" * 64, 40_000, None)
    assert made.width * made.height == pytest.approx(40_000, rel=0.01)
    with pytest.raises(PictureError, match="it is not a picture"):
        images.read(data, "it")


def test_a_damaged_or_oversized_jpeg_xl_file_is_refused() -> None:
    data = encode("jpeg-xl", textured(3), {"distance": 1}).data
    with pytest.raises(PictureError, match="it is truncated or damaged"):
        images.read(data[: len(data) // 2], "it", jpeg_xl=True)
    huge = b"\xff\x0a" + (0b11 << 1 | (2**30 - 1) << 3 | 1 << 33).to_bytes(8, "little")
    with pytest.raises(PictureError, match="larger than 64 megapixels"):
        images.read(huge, "it", jpeg_xl=True)


def test_without_imagecodecs_the_file_to_install_from_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode("jpeg-xl", textured(3), {"distance": 1}).data
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(RemediedError, match=r"pip install -r requirements-jxl\.txt"):
        encode("jpeg-xl", textured(3), {"distance": 1})
    with pytest.raises(PictureError, match=r"pip install -r requirements-jxl\.txt"):
        images.read(data, "it", jpeg_xl=True)


def test_qualities_of_jpeg_xl_are_those_of_libjxls_tools() -> None:
    assert [distance_for(quality) for quality in (90, 30)] == pytest.approx([1.0, 6.4])
    assert distance_for(0) == 25


def test_the_papers_preset_keeps_colours_and_profile_as_they_were(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    path = tmp_path / "o.png"
    path.write_bytes(saved(textured(3), "PNG", icc_profile=profile))
    original = Original("o", "c", path, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    made = encode("jpeg", textured(4), {"quality": 11, "preset": "paper"}, original)
    plain = encode("jpeg", textured(3), {"quality": 11})
    assert profile in made.data
    assert made.parameters["colour_profile_bytes"] == len(profile)
    assert made.data.endswith(plain.data[-1000:])  # the scans of the file's own pixels
    assert made.parameters.items() >= {"sampling": "4:2:2", "mode": "progressive"}.items()
