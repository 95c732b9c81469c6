"""Pictures by a diffusion model that runs here."""

import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, ClassVar

from pydantic import Field, field_validator

from compression import local_models
from compression.errors import MissingFile
from compression.files import Files
from compression.local_models import ModelError, ModelSettings
from compression.reconstructors.checks import check_picture
from compression.types import Lane, Reconstruction
from compression.weights import Weights, find, versions_of

NAME = "diffusers"
SIDES = (64, 4096)  # least and most pixels of a side that is asked for
ENDLESS = 100_000  # tokenizers without a limit of their own give a number far above this


class DiffusersSettings(ModelSettings):
    """How to paint; what is not said is left to the model's own pipeline.

    ``size`` is the model's own, that area in the original's ``shape``, or ``WIDTHxHEIGHT``.
    """

    steps: int | None = Field(default=None, ge=1, le=1000)
    guidance_scale: float | None = Field(default=None, ge=0, le=100)
    negative_prompt: str = Field(default="", max_length=1000)
    size: str = Field(default="model", pattern=r"^(model|shape|\d{1,5}x\d{1,5})$")

    @field_validator("size")
    @classmethod
    def _fits(cls, size: str) -> str:
        low, high = SIDES
        if "x" in size and not all(low <= side <= high and side % 8 == 0 for side in map(int, size.split("x"))):
            raise ValueError(f"both sides must be multiples of 8 from {low} to {high}")
        return size


class DiffusersReconstructor:
    """Runs the text-to-image pipeline that a model's files name; the same words and seed give the same picture."""

    lane: ClassVar[Lane] = "model"

    def __init__(self, settings: DiffusersSettings, files: Files) -> None:
        self._settings = settings
        self._weights = find(settings.model, settings.revision, files.root)

    @property
    def versions(self) -> Mapping[str, str]:
        """Of our asking, the libraries and the model's files."""
        libraries = versions_of("diffusers", "torch", "transformers")
        return {NAME: "1", **libraries, **self._weights.versions(NAME)}

    def reconstruct(
        self, caption: str | None, original_slug: str, seed: int, width: int, height: int
    ) -> Reconstruction:
        """Paint a picture of the words.

        Parameters
        ----------
        seed
            Of the noise it begins with, drawn on the CPU whatever the device.
        width, height
            Of the original, in pixels; only their ratio counts, and only for ``size = "shape"``.

        Raises
        ------
        ModelError
            When the model is not there, or its own filter withheld the picture.
        PictureError
            When the picture is of a single colour.
        """
        if not caption:
            raise MissingFile(f"there is no caption for {original_slug} to reconstruct from", "write one")
        settings, parameters = self._settings, self._parameters()
        with local_models.one_at_a_time:
            pipeline = _load(self._weights, settings.device, settings.dtype)
            size = pipeline.size(settings.size, width / height)
            image = pipeline.paint(caption, original_slug, seed, size, parameters)
            made = self._provenance(caption, pipeline, seed, size, parameters)
        check_picture(image, f"The picture of {original_slug}", size)
        return Reconstruction(image, made)

    def check(self) -> str:
        """Load the model and say so, or raise :class:`ModelError`."""
        found = _load(self._weights, self._settings.device, self._settings.dtype)
        return local_models.loaded(self._weights, found.device)

    def _parameters(self) -> dict[str, Any]:
        settings = self._settings
        asked = {
            "num_inference_steps": settings.steps,
            "guidance_scale": settings.guidance_scale,
            "negative_prompt": settings.negative_prompt or None,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def _provenance(
        self, caption: str, pipeline: "_Pipeline", seed: int, size: tuple[int, int], parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        truncated, notes = pipeline.unread(caption)
        more = {"pipeline": pipeline.name, "size": f"{size[0]}x{size[1]}", "dtype": self._settings.dtype}
        return {
            "backend": NAME, **self._weights.provenance(), "prompt": caption, "seed": seed,
            "parameters": {**parameters, **more}, "versions": dict(self.versions), "device": pipeline.device,
            "truncated": truncated, **({"notes": notes} if notes else {}),
        }  # fmt: skip


@dataclass(frozen=True)
class _Pipeline:
    pipe: Any
    device: str

    @property
    def name(self) -> str:
        return f"{type(self.pipe).__name__} with {type(self.pipe.scheduler).__name__}"

    def size(self, wanted: str, ratio: float) -> tuple[int, int]:
        """Return width and height to ask for, in pixels."""
        if "x" in wanted:
            width, height = (int(side) for side in wanted.split("x"))
            return width, height
        own = self._own_size()
        if wanted == "model":
            return own
        step = math.lcm(8, int(self.pipe.vae_scale_factor))
        width_px = math.sqrt(own[0] * own[1] * min(max(ratio, 1 / 4), 4))
        height_px = own[0] * own[1] / width_px
        return max(step, round(width_px / step) * step), max(step, round(height_px / step) * step)

    def _own_size(self) -> tuple[int, int]:
        network = getattr(self.pipe, "unet", None) or getattr(self.pipe, "transformer", None)
        own = getattr(network, "config", None)
        sample = getattr(self.pipe, "default_sample_size", None) or getattr(own, "sample_size", None)
        if not isinstance(sample, int):
            raise ModelError("the model does not say which size it paints", 'set size = "WIDTHxHEIGHT"')
        side = sample * int(self.pipe.vae_scale_factor)
        return side, side

    def paint(self, caption: str, slug: str, seed: int, size: tuple[int, int], parameters: Mapping[str, Any]) -> bytes:
        """Return a PNG file."""
        import torch

        result = self.pipe(
            caption, width=size[0], height=size[1], generator=torch.Generator("cpu").manual_seed(seed), **parameters
        )
        if any(getattr(result, "nsfw_content_detected", None) or []):
            raise ModelError(f"the model's own filter withheld the picture of {slug}", "change its caption")
        buffer = BytesIO()
        result.images[0].save(buffer, "PNG")
        return buffer.getvalue()

    def unread(self, caption: str) -> tuple[bool, list[str]]:
        """Tell whether no text encoder read all of the words, and what each of them left out."""
        limits = [self._limit(name) for name in ("tokenizer", "tokenizer_2", "tokenizer_3")]
        counts = [(len(tokenizer(caption).input_ids), limit) for tokenizer, limit in filter(None, limits)]
        notes = [f"a text encoder read {limit} of {count} tokens" for count, limit in counts if count > limit]
        return bool(counts) and len(notes) == len(counts), notes

    def _limit(self, name: str) -> tuple[Any, int] | None:
        tokenizer = getattr(self.pipe, name, None)
        if tokenizer is None:
            return None
        asked = inspect.signature(self.pipe.__call__).parameters.get("max_sequence_length")
        of_call = asked.default if asked and "CLIP" not in type(tokenizer).__name__ else None
        limit = min(int(tokenizer.model_max_length), of_call or ENDLESS)
        return (tokenizer, limit) if limit < ENDLESS else None


@lru_cache(maxsize=2)
def _load(weights: Weights, device: str, dtype: str) -> _Pipeline:
    local_models.prepare("torch", "transformers", "diffusers")
    import torch
    from diffusers import AutoPipelineForText2Image
    from diffusers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    pipe = local_models.load(weights, AutoPipelineForText2Image.from_pretrained, dtype=getattr(torch, dtype))
    encoder = getattr(pipe, "text_encoder", None)
    if encoder is not None and getattr(pipe, "tokenizer", None) is not None:
        local_models.speaks(weights, pipe.tokenizer, encoder.config.vocab_size)
    pipe.set_progress_bar_config(disable=True)
    at = local_models.device(device)
    return _Pipeline(pipe.to(at), at)
