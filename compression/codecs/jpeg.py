"""JPEG by quality, or by the size it may have."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import PIL
from PIL import features
from PIL.Image import Image
from pydantic import Field, model_validator

from compression.codecs.jpeg_target import Target, encode_to_size
from compression.codecs.libjpeg import Sampling, by_quality
from compression.settings import Settings
from compression.types import Encoded, Original


class JpegSettings(Settings):
    """One of ``quality``, ``target_percent_smaller`` and ``target_bytes``.

    The preset for a plain quality is the paper's: 4:2:2, progressive. For a target it is 4:2:0 and the smaller of
    baseline and progressive.
    """

    quality: Annotated[int, Field(ge=1, le=100)] | None = None
    target_percent_smaller: Annotated[float, Field(gt=0, lt=100)] | None = None
    target_bytes: Annotated[int, Field(ge=1)] | None = None
    sampling: Sampling | None = None
    mode: Literal["baseline", "progressive", "smaller"] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        asked = [self.quality, self.target_percent_smaller, self.target_bytes]
        if sum(value is not None for value in asked) != 1:
            raise ValueError("give exactly one of quality, target_percent_smaller and target_bytes")
        return self


class JpegCodec:
    """Encodes with libjpeg-turbo through Pillow; no metadata goes in."""

    def __init__(self, settings: JpegSettings) -> None:
        self._settings = settings

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the bytes."""
        return {"jpeg": "1", "pillow": PIL.__version__, "libjpeg_turbo": str(features.version("libjpeg_turbo"))}

    def encode(self, image: Image, original: Original) -> Encoded:
        """Encode upright sRGB pixels.

        Raises
        ------
        InfeasibleError
            When the smallest file is still above the target.
        """
        if self._settings.quality is not None:
            data, parameters = self._plain(image, self._settings.quality)
        else:
            data, parameters = self._targeted(image, original)
        return Encoded(data, image.width, image.height, "image/jpeg", parameters)

    def _plain(self, image: Image, quality: int) -> tuple[bytes, dict[str, Any]]:
        sampling, mode = self._settings.sampling or "4:2:2", self._settings.mode or "progressive"
        modes = ["baseline", "progressive"] if mode == "smaller" else [mode]
        files = {name: by_quality(image, quality, sampling, name == "progressive") for name in modes}
        smallest = min(files, key=lambda name: len(files[name]))
        return files[smallest], {"quality": quality, "sampling": sampling, "mode": smallest}

    def _targeted(self, image: Image, original: Original) -> tuple[bytes, dict[str, Any]]:
        settings = self._settings
        size_bytes = settings.target_bytes or percent_smaller(original.file_bytes, settings.target_percent_smaller or 0)
        target = Target(size_bytes, settings.sampling or "4:2:0", settings.mode or "smaller")
        return encode_to_size(image, target)


def percent_smaller(file_bytes: int, percent: float) -> int:
    """Return the most bytes a file may have to be ``percent`` % smaller than ``file_bytes``, metadata included."""
    return int(file_bytes * (100 - percent) / 100)
