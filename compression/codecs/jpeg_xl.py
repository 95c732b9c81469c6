"""JPEG XL by quality, distance, or the size it may have; needs imagecodecs."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import numpy as np
from PIL.Image import Image
from pydantic import Field

from compression import jpeg_xl_file
from compression.codecs import knob
from compression.codecs.rate import Axis
from compression.codecs.scaling import Fitted, fitted
from compression.codecs.target import TargetSettings
from compression.types import Encoded, Original

FINEST, COARSEST = 0.02, 25.0  # distances libjxl takes for lossy files
STEP = 0.0005  # of log distance: finer ones move the size by less than the tolerance
AXIS = Axis(
    math.log(FINEST), math.log(COARSEST), math.log(4.0), -0.8, lambda one, other: round(abs(one - other) / STEP)
)
LARGE_PX, LARGE_EFFORT = 12_000_000, 6  # effort 7 takes 60 bytes a pixel


class JpegXlSettings(TargetSettings):
    """One of ``quality``, ``distance``, ``target_percent_smaller`` and ``target_bytes``; ``effort`` is libjxl's."""

    quality: Annotated[float, Field(ge=0, le=99.9)] | None = None
    distance: Annotated[float, Field(ge=FINEST, le=COARSEST)] | None = None
    effort: int = Field(default=5, ge=1, le=7)

    plain: ClassVar[tuple[str, ...]] = ("quality", "distance")


class JpegXlCodec:
    """Encodes with libjxl through imagecodecs, lossy; no metadata goes in."""

    def __init__(self, settings: JpegXlSettings) -> None:
        self._settings = settings

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the bytes."""
        return {"jpeg-xl": "1"} | jpeg_xl_file.versions()

    def encode(self, image: Image, original: Original) -> Encoded:
        """Encode upright sRGB pixels.

        Raises
        ------
        InfeasibleError
            When the smallest file is still above the target.
        RemediedError
            When imagecodecs is not installed.
        """
        settings = self._settings
        if settings.has_target:
            made = fitted(image, settings.size_bytes(original), settings, self._to_size)
        else:
            distance = settings.distance if settings.distance is not None else distance_for(settings.quality or 0)
            made = Fitted(self._save(image, math.log(distance)), image.size, self._chosen(image, distance))
        return Encoded(made.data, *made.size, "image/jxl", made.parameters)

    def _to_size(self, image: Image, size_bytes: int) -> tuple[bytes, dict[str, Any]]:
        kind = self._effort(image)
        data, place, parameters = knob.to_size(image, size_bytes, "JPEG XL", kind, AXIS, self._save)
        return data, parameters | self._chosen(image, math.exp(place))

    def _chosen(self, image: Image, distance: float) -> dict[str, Any]:
        return {"distance": round(distance, 6), "effort": self._effort(image)}

    def _effort(self, image: Image) -> int:
        large = image.width * image.height > LARGE_PX
        return min(self._settings.effort, LARGE_EFFORT) if large else self._settings.effort

    def _save(self, image: Image, place: float) -> bytes:
        codecs = jpeg_xl_file.imagecodecs()
        distance = min(max(math.exp(place), FINEST), COARSEST)
        return bytes(
            codecs.jpegxl_encode(np.asarray(image), distance=distance, effort=self._effort(image), numthreads=1)
        )


def distance_for(quality: float) -> float:
    """Return the distance for a quality from 0 to 100, as libjxl's own tools have it."""
    if quality >= 30:
        return 0.1 + (100 - quality) * 0.09
    return 53 / 3000 * quality**2 - 23 / 20 * quality + 25
