"""The search on large pictures: few encodings, since a mosaic of tiles says where to look."""

import gc

import numpy as np
import pytest
from PIL import Image

from compression.codecs import jpeg_target, probe
from compression.codecs.jpeg_target import Target, encode_to_size
from compression.codecs.libjpeg import by_quality, by_tables
from compression.errors import InfeasibleError
from tests.compression.pictures import reopened, saved, textured


@pytest.fixture(scope="module")
def large() -> Image.Image:
    """Return a picture of 5.2 megapixels that was a JPEG once."""
    image = Image.new("RGB", (2600, 2000))
    for number in range(20):
        image.paste(textured(number, 520, 500, 0.9 + number % 3 / 10), (number % 5 * 520, number // 5 * 500))
    return reopened(saved(image, "JPEG", quality=92, subsampling="4:2:0")).convert("RGB")


@pytest.fixture
def encodings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the pixels of every encoding."""
    counted: list[int] = []

    def count(image, *options):
        counted.append(image.width * image.height)
        return by_tables(image, *options)

    monkeypatch.setattr(jpeg_target, "by_tables", count)
    return counted


@pytest.mark.parametrize("mode", ["baseline", "progressive", "smaller"])
def test_two_targets_take_few_encodings_and_are_met(large, encodings, mode) -> None:
    image = large.copy()
    targets = [len(by_quality(image, quality, "4:2:0", False)) for quality in (40, 12)]
    for size_bytes in targets:
        data, parameters = encode_to_size(image, Target(size_bytes, "4:2:0", mode))
        assert 0.995 * size_bytes <= len(data) <= size_bytes
        assert parameters["encodings"] <= 3
    whole = [pixels for pixels in encodings if pixels == image.width * image.height]
    assert len(whole) <= 5
    assert sum(encodings) < (len(whole) + 2) * image.width * image.height


def test_a_file_does_not_depend_on_what_else_was_made_of_its_picture(large) -> None:
    targets = [Target(size_bytes, "4:2:0", "smaller") for size_bytes in (600_000, 150_000)]
    together, alone = large.copy(), [large.copy(), large.copy()]
    made = {target.size_bytes: encode_to_size(together, target) for target in targets}
    for target, image in zip(reversed(targets), alone, strict=True):
        assert encode_to_size(image, target) == made[target.size_bytes]


def test_a_target_out_of_reach_costs_one_encoding_of_each_kind(large, encodings) -> None:
    image = large.copy()
    with pytest.raises(InfeasibleError) as caught:
        encode_to_size(image, Target(5_000, "4:2:0", "smaller"))
    assert encodings.count(image.width * image.height) == 2
    coarsest = min(len(by_quality(image, 1, "4:2:0", progressive)) for progressive in (False, True))
    assert caught.value.parameters["smallest_bytes"] == coarsest


def test_the_mosaic_is_cut_along_the_jpeg_grid_from_all_over(large) -> None:
    numbered = np.zeros((2000, 2600, 3), np.uint8)
    numbered[..., 0], numbered[..., 1] = np.arange(2600) // 16, (np.arange(2000) // 16)[:, None]
    tiles = np.asarray(probe.mosaic(Image.fromarray(numbered)))
    columns, rows = tiles[..., 0], tiles[..., 1]
    assert tiles.shape[0] * tiles.shape[1] == pytest.approx(2600 * 2000 / 16, rel=0.15)
    assert (columns.reshape(-1, 64, columns.shape[1] // 16, 16).std(axis=(1, 3)) == 0).all()
    assert columns.min() <= 12
    assert columns.max() >= 145
    assert rows.min() <= 12
    assert rows.max() >= 105


def test_small_and_narrow_pictures_are_not_probed() -> None:
    assert probe.mosaic(textured(1)) is None
    assert probe.mosaic(Image.new("RGB", (60_000, 100))) is None


def test_what_is_kept_of_an_image_goes_with_it() -> None:
    image = Image.new("RGB", (4, 4))
    assert probe.shared(image, "x", lambda: [1]) is probe.shared(image, "x", lambda: [2])
    key = id(image)
    assert key in probe._kept
    del image
    gc.collect()
    assert key not in probe._kept
