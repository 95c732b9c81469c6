"""How near decoded pixels are to the original's: SSIM, MS-SSIM and PSNR of maintained libraries, on luma."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PIL import Image

from compression.errors import RemediedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Metric = Literal["ssim", "ms-ssim"]
SIGMA, RADIUS = 1.5, 5  # px, of SSIM's Gaussian window
STRIP_PX = 1_000_000  # what is worked on at once: a large picture must not need memory in proportion
MS_SSIM_MIN_SIDE = 161  # px: five scales of an 11-px window
MS_SSIM_MAX_PX = 16_000_000
CHOOSING_PX = 2_000_000  # larger pictures are compared at this area when a scale is chosen


class MetricError(RemediedError):
    """A similarity cannot be measured on these two pictures."""


def compare(original: Image.Image, decoded: Image.Image) -> dict[str, Any]:
    """Return every similarity of two pictures.

    Parameters
    ----------
    original, decoded
        RGB pictures; similarities exist for equal sizes only.

    Returns
    -------
    dict
        ``ssim`` and ``ms_ssim`` (1 = the same), ``psnr`` (dB), each None where it does not exist; ``reason`` then says
        why, else it is empty.
    """
    found: dict[str, Any] = {}
    reasons = []
    for name, measure in (("ssim", ssim), ("ms_ssim", ms_ssim), ("psnr", psnr)):
        try:
            found[name] = measure(original, decoded)
        except MetricError as error:
            found[name] = None
            reasons.append(str(error))
    return found | {"reason": "; ".join(dict.fromkeys(reasons))}


def ssim(original: Image.Image, decoded: Image.Image) -> float:
    """Return the mean structural similarity of luma, with the Gaussian window of its authors.

    Notes
    -----
    Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, *IEEE Trans. Image Process.* 13, 2004, 600–612; computed by
    scikit-image in strips, which gives the same mean as the picture at once.

    Raises
    ------
    MetricError
        When the sizes differ or a side is shorter than the window (11 px).
    """
    from skimage.metrics import structural_similarity

    _same_size(original, decoded)
    if min(original.size) < 2 * RADIUS + 1:
        raise MetricError(f"SSIM needs sides of {2 * RADIUS + 1} px", "take a larger picture")
    total, rows = 0.0, 0
    for top, bottom in _strips(original.width, RADIUS, original.height - RADIUS):
        mean = structural_similarity(  # type: ignore[no-untyped-call]
            _luma(original, top - RADIUS, bottom + RADIUS), _luma(decoded, top - RADIUS, bottom + RADIUS),
            data_range=255, gaussian_weights=True, sigma=SIGMA, use_sample_covariance=False,
        )  # fmt: skip
        total, rows = total + float(mean) * (bottom - top), rows + bottom - top
    return total / rows


def ms_ssim(original: Image.Image, decoded: Image.Image) -> float:
    """Return the multi-scale structural similarity of luma (five scales, the authors' weights), by torchmetrics.

    Notes
    -----
    Z. Wang, E. P. Simoncelli, A. C. Bovik, *Asilomar Conf. Signals, Systems and Computers*, 2003, 1398–1402.

    Raises
    ------
    MetricError
        When the sizes differ, the picture is too small or too large for it, or torchmetrics is not installed.
    """
    _same_size(original, decoded)
    if min(original.size) < MS_SSIM_MIN_SIDE:
        raise MetricError(f"MS-SSIM needs sides of {MS_SSIM_MIN_SIDE} px", "take a larger picture")
    if original.width * original.height > MS_SSIM_MAX_PX:
        raise MetricError(f"MS-SSIM is measured up to {MS_SSIM_MAX_PX // 1_000_000} megapixels", "scale both down")
    return _ms_ssim(_luma(original, 0, original.height), _luma(decoded, 0, decoded.height))


def psnr(original: Image.Image, decoded: Image.Image) -> float:
    """Return the peak signal-to-noise ratio of luma in dB: 10 log10(255² / mean squared error).

    Raises
    ------
    MetricError
        When the sizes differ, or nothing else does: the ratio is then infinite.
    """
    from skimage.metrics import mean_squared_error

    _same_size(original, decoded)
    total = 0.0
    for top, bottom in _strips(original.width, 0, original.height):
        mean = mean_squared_error(_luma(original, top, bottom), _luma(decoded, top, bottom))
        total += float(mean) * (bottom - top)
    if total == 0:
        raise MetricError("PSNR is infinite, as the luma is the same", "nothing needs to be done")
    return 10 * math.log10(255**2 * original.height / total)


def chooser(original: Image.Image, metric: Metric) -> Callable[[Image.Image], float]:
    """Return a function that scores decoded pictures of any size against one original: the larger, the nearer.

    Each is brought to the original's size by Lanczos' filter, or to 2 megapixels where the original is larger.
    """
    factor = min(1.0, math.sqrt(CHOOSING_PX / (original.width * original.height)))
    size = (max(1, round(original.width * factor)), max(1, round(original.height * factor)))
    reference = _resized(original, size)
    measure = ssim if metric == "ssim" else ms_ssim
    return lambda decoded: measure(reference, _resized(decoded, size))


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _same_size(original: Image.Image, decoded: Image.Image) -> None:
    if original.size != decoded.size:
        sizes = " and ".join(f"{width} × {height} px" for width, height in (original.size, decoded.size))
        raise MetricError(f"the shapes differ ({sizes})", "compare pictures of one size")


def _strips(width: int, start: int, stop: int) -> Iterator[tuple[int, int]]:
    rows = max(64, STRIP_PX // width)
    for top in range(start, stop, rows):
        yield top, min(top + rows, stop)


def _luma(image: Image.Image, top: int, bottom: int) -> NDArray[np.float64]:
    """Return rows of luma (ITU-R BT.601) from 0 to 255."""
    return np.asarray(image.crop((0, top, image.width, bottom)).convert("L"), dtype=np.float64)


def _ms_ssim(original: NDArray[np.float64], decoded: NDArray[np.float64]) -> float:
    try:
        import torch
        from torchmetrics.functional.image import multiscale_structural_similarity_index_measure as measure
    except ImportError as error:
        raise MetricError(
            "MS-SSIM needs torchmetrics, which is not installed", "pip install -r requirements-models.txt"
        ) from error
    pair = [torch.from_numpy(picture.astype(np.float32))[None, None] / 255 for picture in (decoded, original)]
    with torch.inference_mode():
        return float(measure(*pair, data_range=1.0))
