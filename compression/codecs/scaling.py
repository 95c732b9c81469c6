"""A file of a wanted size at the picture's own size, or at the scale where a metric finds it best."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from compression import images
from compression.codecs.target import TargetSettings
from compression.errors import InfeasibleError
from compression.metrics import chooser

ToSize = Callable[[Image.Image, int], tuple[bytes, dict[str, Any]]]
COARSE, FINE = math.sqrt(0.5), 0.5**0.25  # steps of the side's length
MIN_SIDE = 8  # px
PATIENCE = 2  # coarse steps without a better picture before the search ends


@dataclass(frozen=True, slots=True)
class Fitted:
    """A file, the size of its picture (px), and what was chosen for it."""

    data: bytes
    size: tuple[int, int]
    parameters: dict[str, Any]
    score: float = 0.0


def fitted(image: Image.Image, size_bytes: int, settings: TargetSettings, to_size: ToSize) -> Fitted:
    """Return the file for a target by the policy of the settings.

    Parameters
    ----------
    to_size
        Makes the file of any image that has at most so many bytes, with its parameters, or raises InfeasibleError.

    Raises
    ------
    InfeasibleError
        When no file fits that the policy allows.
    """
    search = _Search(image, size_bytes, settings.metric or "ssim", to_size)
    if settings.policy == "best":
        return search.best(1.0)
    try:
        data, parameters = to_size(image, size_bytes)
    except InfeasibleError as error:
        if not settings.downscale_when_infeasible:
            raise
        return search.best(COARSE, error)
    return Fitted(data, image.size, parameters)


class _Search:
    """Tries scales, coarsely and then between the best one's neighbours."""

    def __init__(self, image: Image.Image, size_bytes: int, metric: Any, to_size: ToSize) -> None:
        self._image = image
        self._size_bytes = size_bytes
        self._metric = metric
        self._to_size = to_size
        self._score = chooser(image, metric)
        self._found: dict[float, Fitted] = {}
        self._refused: dict[float, InfeasibleError] = {}

    def best(self, largest: float, at_full_size: InfeasibleError | None = None) -> Fitted:
        """Return the best of the scales from the largest allowed."""
        if at_full_size:
            self._refused[1.0] = at_full_size
        since_best = 0
        for scale in self._ladder(largest):
            since_best = 0 if self._is_best(scale) else since_best + bool(self._found)
            if since_best == PATIENCE:
                break
        if not self._found:
            raise self._infeasible()
        middle = self._chosen()
        for scale in (middle * FINE, middle / FINE):
            if scale < 1:
                self._is_best(scale)
        return self._described(self._chosen())

    def _ladder(self, largest: float) -> Iterator[float]:
        scale = largest
        while scale == largest or min(self._image.size) * scale >= MIN_SIDE:
            if not self._hopeless(scale):
                yield scale
            scale *= COARSE

    def _hopeless(self, scale: float) -> bool:
        """Tell whether a larger scale shows that nothing fits: files shrink more slowly than the area does."""
        return any(
            error.parameters.get("smallest_bytes", 0) * (scale / larger) ** 2 > self._size_bytes
            for larger, error in self._refused.items()
        )

    def _is_best(self, scale: float) -> bool:
        width, height = (max(1, round(side * scale)) for side in self._image.size)
        smaller = self._image if scale == 1 else self._image.resize((width, height), Image.Resampling.LANCZOS)
        try:
            data, parameters = self._to_size(smaller, self._size_bytes)
        except InfeasibleError as error:
            self._refused[scale] = error
            return False
        score = self._score(images.read(data, "The encoded picture", jpeg_xl=True).image)
        best = max((found.score for found in self._found.values()), default=-math.inf)
        self._found[scale] = Fitted(data, smaller.size, parameters, score)
        return score > best

    def _chosen(self) -> float:
        return max(self._found, key=lambda scale: self._found[scale].score)

    def _described(self, scale: float) -> Fitted:
        found = self._found[scale]
        width, height = found.size
        chosen: dict[str, Any] = {
            "scale": round(scale, 4), "width": width, "height": height, self._metric: round(found.score, 5),
            "scales_tried": len(self._found) + len(self._refused),
        }  # fmt: skip
        if full_size := self._refused.get(1.0):
            chosen["full_size_smallest_bytes"] = full_size.parameters.get("smallest_bytes")
        return Fitted(found.data, found.size, found.parameters | chosen, found.score)

    def _infeasible(self) -> InfeasibleError:
        known = [error.parameters["smallest_bytes"] for error in self._refused.values() if error.parameters]
        smallest = min(known, default=0)
        reason = (
            f"{self._size_bytes} bytes cannot be reached at any scale: the smallest file has {smallest} bytes. "
            "Ask for a smaller reduction, or drop this original or method"
        )
        return InfeasibleError(reason, {"target_bytes": self._size_bytes, "smallest_bytes": smallest})
