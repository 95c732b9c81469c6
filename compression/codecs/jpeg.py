"""JPEG by quality, or by the size it may have."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import PIL
from PIL import features
from PIL.Image import Image
from pydantic import Field, model_validator

from compression import images
from compression.codecs.jpeg_target import Target, encode_to_size
from compression.codecs.libjpeg import Sampling, by_quality
from compression.codecs.scaling import Fitted, fitted
from compression.codecs.target import TargetSettings
from compression.files import unchanged
from compression.types import Encoded, Original


class JpegSettings(TargetSettings):
    """One of ``quality``, ``target_percent_smaller`` and ``target_bytes``.

    A plain quality is written as the paper's: 4:2:2, progressive. For a target it is 4:2:0 and the smaller of
    baseline and progressive. ``preset = "paper"`` also keeps the original's colour profile, as the authors' files do.
    """

    quality: Annotated[int, Field(ge=1, le=100)] | None = None
    sampling: Sampling | None = None
    mode: Literal["baseline", "progressive", "smaller"] | None = None
    preset: Literal["paper"] | None = None

    @model_validator(mode="after")
    def _preset_is_whole(self) -> Self:
        if self.preset and (self.quality is None or self.sampling or self.mode):
            raise ValueError(f'preset = "{self.preset}" needs quality, and settles sampling and mode by itself')
        return self


class JpegCodec:
    """Encodes with libjpeg-turbo through Pillow; no metadata goes in, but for the preset's colour profile."""

    def __init__(self, settings: JpegSettings) -> None:
        self._settings = settings

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the bytes."""
        return {"jpeg": "2", "pillow": PIL.__version__, "libjpeg_turbo": str(features.version("libjpeg_turbo"))}

    def encode(self, image: Image, original: Original) -> Encoded:
        """Encode upright sRGB pixels.

        Raises
        ------
        InfeasibleError
            When the smallest file is still above the target.
        """
        if self._settings.quality is None:
            made = fitted(image, self._settings.size_bytes(original), self._settings, self._to_size)
        else:
            made = self._plain(self._pixels(image, original), self._settings.quality)
        return Encoded(made.data, *made.size, "image/jpeg", made.parameters)

    def _pixels(self, image: Image, original: Original) -> Image:
        """Return the pixels to encode: for the preset those of the file, unconverted, with their profile."""
        if self._settings.preset is None or original.path is None:
            return image
        return images.read(unchanged(original.path, original.sha256), original.path.name, keep_profile=True).image

    def _plain(self, image: Image, quality: int) -> Fitted:
        sampling, mode = self._settings.sampling or "4:2:2", self._settings.mode or "progressive"
        modes = ["baseline", "progressive"] if mode == "smaller" else [mode]
        files = {name: by_quality(image, quality, sampling, name == "progressive") for name in modes}
        smallest = min(files, key=lambda name: len(files[name]))
        parameters = {"quality": quality, "sampling": sampling, "mode": smallest}
        if "icc_profile" in image.info:
            parameters["colour_profile_bytes"] = len(image.info["icc_profile"])
        return Fitted(files[smallest], image.size, parameters)

    def _to_size(self, image: Image, size_bytes: int) -> tuple[bytes, dict[str, Any]]:
        settings = self._settings
        return encode_to_size(image, Target(size_bytes, settings.sampling or "4:2:0", settings.mode or "smaller"))
