"""WebP by quality, or by the size it may have."""

from collections.abc import Mapping
from io import BytesIO
from typing import Annotated, Any

import PIL
from PIL import features
from PIL.Image import Image
from pydantic import Field

from compression.codecs import knob
from compression.codecs.rate import Axis
from compression.codecs.scaling import Fitted, fitted
from compression.codecs.target import TargetSettings
from compression.errors import InfeasibleError
from compression.types import Encoded, Original

MAX_SIDE = 16_383  # px, what the format can hold
STEP = 0.1  # of quality: finer ones give the same file
AXIS = Axis(-100.0, 0.0, -20.0, -0.03, lambda one, other: round(abs(one - other) / STEP), STEP)


class WebpSettings(TargetSettings):
    """One of ``quality``, ``target_percent_smaller`` and ``target_bytes``; ``effort`` is libwebp's method."""

    quality: Annotated[int, Field(ge=0, le=100)] | None = None
    effort: int = Field(default=6, ge=0, le=6)


class WebpCodec:
    """Encodes with libwebp through Pillow, lossy; no metadata goes in."""

    def __init__(self, settings: WebpSettings) -> None:
        self._settings = settings

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the bytes."""
        return {"webp": "1", "pillow": PIL.__version__, "libwebp": str(features.version("webp"))}

    def encode(self, image: Image, original: Original) -> Encoded:
        """Encode upright sRGB pixels.

        Raises
        ------
        InfeasibleError
            When the smallest file is still above the target, or the picture is larger than WebP can hold.
        """
        if self._settings.quality is None:
            made = fitted(image, self._settings.size_bytes(original), self._settings, self._to_size)
        else:
            quality = self._settings.quality
            made = Fitted(self._save(image, -quality), image.size, self._chosen(quality))
        return Encoded(made.data, *made.size, "image/webp", made.parameters)

    def _to_size(self, image: Image, size_bytes: int) -> tuple[bytes, dict[str, Any]]:
        kind = self._settings.effort
        data, place, parameters = knob.to_size(image, size_bytes, "WebP", kind, AXIS, self._save)
        return data, parameters | self._chosen(round(-place, 1))

    def _chosen(self, quality: float) -> dict[str, Any]:
        return {"quality": quality, "effort": self._settings.effort}

    def _save(self, image: Image, place: float) -> bytes:
        if max(image.size) > MAX_SIDE:
            raise InfeasibleError(
                f"WebP cannot hold pictures of more than {MAX_SIDE:,} px on a side: "
                "set downscale_when_infeasible = true with a target, or take another codec"
            )
        buffer = BytesIO()
        try:
            image.save(buffer, "WEBP", quality=round(-place, 1), method=self._settings.effort)
        except ValueError as error:  # large pictures at high quality and low effort overflow a part of the format
            raise InfeasibleError(
                f"WebP cannot hold this picture at quality {round(-place, 1)} (libwebp: {error}): "
                "set effort = 4 or more, ask for a smaller file, or take another codec"
            ) from error
        return buffer.getvalue()
