"""JPEG by quality, or by the size it may have."""

from collections.abc import Mapping
from io import BytesIO
from typing import Annotated, Any, Literal, Self

import PIL
from PIL import features
from PIL.Image import Image
from pydantic import Field, model_validator

from compression.settings import Settings
from compression.types import Encoded, Original

Sampling = Literal["4:2:0", "4:2:2", "4:4:4"]
Scan = Literal["baseline", "progressive", "smaller"]


class JpegSettings(Settings):
    """One of ``quality``, ``target_percent_smaller`` and ``target_bytes``.

    The preset for a plain quality is the paper's: 4:2:2, progressive. For a target it is 4:2:0 and the smaller of
    baseline and progressive.
    """

    quality: Annotated[int, Field(ge=1, le=100)] | None = None
    target_percent_smaller: Annotated[float, Field(gt=0, lt=100)] | None = None
    target_bytes: Annotated[int, Field(ge=1)] | None = None
    sampling: Sampling | None = None
    mode: Scan | None = None

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
        return {"pillow": PIL.__version__, "libjpeg_turbo": str(features.version("libjpeg_turbo")), "jpeg": "1"}

    def encode(self, image: Image, original: Original) -> Encoded:
        """Encode upright sRGB pixels."""
        buffer = BytesIO()
        options: dict[str, Any] = {"quality": self._settings.quality, "subsampling": self._settings.sampling or "4:2:2"}
        image.save(buffer, "JPEG", **options, optimize=True, progressive=True)
        return Encoded(buffer.getvalue(), image.width, image.height, "image/jpeg", options)
