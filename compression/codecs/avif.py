"""AVIF by quality, or by the size it may have."""

from collections.abc import Mapping
from io import BytesIO
from typing import Annotated, Any

import PIL
from PIL import features
from PIL.Image import Image
from pydantic import Field

from compression.codecs import knob
from compression.codecs.libjpeg import Sampling
from compression.codecs.rate import Axis
from compression.codecs.scaling import Fitted, fitted
from compression.codecs.target import TargetSettings
from compression.errors import InfeasibleError
from compression.types import Encoded, Original

MAX_PX = 32_000_000  # the encoder takes 22 bytes a pixel: more would need over 1 GB
AXIS = Axis(-100.0, 0.0, -30.0, -0.05, lambda one, other: round(abs(one - other)), 1.0)


class AvifSettings(TargetSettings):
    """One of ``quality``, ``target_percent_smaller`` and ``target_bytes``; ``speed`` is libavif's."""

    quality: Annotated[int, Field(ge=0, le=100)] | None = None
    speed: int = Field(default=6, ge=0, le=10)
    sampling: Sampling = "4:2:0"


class AvifCodec:
    """Encodes with libaom through libavif and Pillow; no metadata goes in."""

    def __init__(self, settings: AvifSettings) -> None:
        self._settings = settings

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the bytes."""
        from PIL import _avif  # not in every build of Pillow

        return {
            "avif": "1",
            "pillow": PIL.__version__,
            "libavif": str(features.version("avif")),
            "av1": _avif.codec_versions(),
        }

    def encode(self, image: Image, original: Original) -> Encoded:
        """Encode upright sRGB pixels.

        Raises
        ------
        InfeasibleError
            When the smallest file is still above the target, or the picture is too large for the encoder's memory.
        """
        if self._settings.quality is None:
            made = fitted(image, self._settings.size_bytes(original), self._settings, self._to_size)
        else:
            quality = self._settings.quality
            made = Fitted(self._save(image, -quality), image.size, self._chosen(quality))
        return Encoded(made.data, *made.size, "image/avif", made.parameters)

    def _to_size(self, image: Image, size_bytes: int) -> tuple[bytes, dict[str, Any]]:
        kind = (self._settings.speed, self._settings.sampling)
        data, place, parameters = knob.to_size(image, size_bytes, "AVIF", kind, AXIS, self._save)
        return data, parameters | self._chosen(round(-place))

    def _chosen(self, quality: int) -> dict[str, Any]:
        return {"quality": quality, "speed": self._settings.speed, "sampling": self._settings.sampling}

    def _save(self, image: Image, place: float) -> bytes:
        if image.width * image.height > MAX_PX:
            raise InfeasibleError(
                f"AVIF is encoded up to {MAX_PX // 1_000_000} megapixels, as more would need over 1 GB of memory: "
                "set downscale_when_infeasible = true with a target, or take another codec"
            )
        settings, buffer = self._settings, BytesIO()
        image.save(
            buffer, "AVIF", quality=round(-place), speed=settings.speed, subsampling=settings.sampling, codec="aom",
            max_threads=1,  # one picture per process uses the machine better
        )  # fmt: skip
        return buffer.getvalue()
