"""Similarities of pixels: by the libraries' own numbers, in any amount of memory."""

import sys

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from compression import metrics
from compression.metrics import MetricError
from tests.compression.pictures import reopened, saved, textured


def luma(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("L"))


def coarse(image: Image.Image) -> Image.Image:
    return reopened(saved(image, "JPEG", quality=10))


def test_strips_give_what_the_whole_picture_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    image = textured(1, 300, 400)
    monkeypatch.setattr(metrics, "STRIP_PX", 300 * 70)
    whole = structural_similarity(
        luma(image), luma(coarse(image)), data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert metrics.ssim(image, coarse(image)) == pytest.approx(float(whole), abs=1e-9)
    noise = peak_signal_noise_ratio(luma(image), luma(coarse(image)), data_range=255)
    assert metrics.psnr(image, coarse(image)) == pytest.approx(float(noise), abs=1e-9)


def test_all_are_given_at_once_and_nearer_is_larger() -> None:
    image = textured(1)
    far, near = (metrics.compare(image, reopened(saved(image, "JPEG", quality=quality))) for quality in (5, 50))
    assert far["reason"] == near["reason"] == ""
    assert all(0 < far[name] < near[name] for name in ("ssim", "ms_ssim", "psnr"))


def test_the_same_picture_has_similarity_one_and_no_finite_psnr() -> None:
    found = metrics.compare(textured(1), textured(1))
    assert found["ssim"] == found["ms_ssim"] == pytest.approx(1)
    assert found["psnr"] is None
    assert "PSNR is infinite" in found["reason"]


def test_pictures_of_two_shapes_have_no_similarity_and_it_says_why() -> None:
    found = metrics.compare(textured(1), textured(1, 100, 100))
    assert found["ssim"] is found["ms_ssim"] is found["psnr"] is None
    assert found["reason"] == "the shapes differ (320 × 240 px and 100 × 100 px): compare pictures of one size"


def test_small_and_large_pictures_lack_what_is_not_defined_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    small = metrics.compare(textured(1, 60, 60), textured(2, 60, 60))
    assert small["ms_ssim"] is None
    assert small["ssim"] is not None
    assert "MS-SSIM needs sides of 161 px" in small["reason"]
    assert "SSIM needs sides of 11 px" in metrics.compare(textured(1, 9, 9), textured(2, 9, 9))["reason"]
    monkeypatch.setattr(metrics, "MS_SSIM_MAX_PX", 1000)
    assert "MS-SSIM is measured up to" in metrics.compare(textured(1), textured(2))["reason"]


def test_without_torchmetrics_the_file_to_install_from_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MetricError, match=r"pip install -r requirements-models\.txt"):
        metrics.ms_ssim(textured(1), textured(2))


def test_large_pictures_are_compared_at_a_smaller_area(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "CHOOSING_PX", 160 * 120)
    image = textured(1)
    small = [picture.resize((160, 120), Image.Resampling.LANCZOS) for picture in (image, coarse(image))]
    assert metrics.chooser(image, "ssim")(coarse(image)) == pytest.approx(metrics.ssim(*small))
