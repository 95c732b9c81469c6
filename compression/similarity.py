"""How near two pictures are in meaning: the cosine of their embeddings by a CLIP model that runs here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from compression import images, local_models
from compression.local_models import ModelError
from compression.types import Watermark
from compression.watermark import hidden
from compression.weights import Weights, find, versions_of

NAME = "clip"
SCALINGS = ("raw", "half", "clip0")


@dataclass(frozen=True, slots=True)
class Compared:
    """Cosines of one original with several pictures, and the weights they were found with.

    Attributes
    ----------
    cosines
        Raw, from −1 to 1, in the order of the pictures.
    identity
        The hash of the weights, or the commit on the hub.
    """

    cosines: tuple[float, ...]
    identity: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A CLIP model; its files are read when the first picture is embedded, and kept loaded in this process."""

    weights: Weights
    device: str = "auto"

    @property
    def identity(self) -> str:
        """Hash of the weights, or commit on the hub."""
        found = self.weights.provenance()
        return found.get("weights_sha256") or found.get("revision", "")

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides an embedding, the processor's settings among the model's files; without loading it."""
        named = {"clip name": self.weights.model, "clip revision": self.weights.revision or ""}
        libraries = versions_of("pillow", "torch", "transformers")
        return {NAME: "1", **named, **libraries, **self.weights.versions(NAME)}

    @property
    def size_px(self) -> str:
        """What the processor makes of a picture: its shorter side is scaled, and the middle is cut out."""
        return _load(self.weights, self.device).size_px

    def check(self) -> str:
        """Load the model and say so, or raise :class:`ModelError`."""
        return local_models.loaded(self.weights, _load(self.weights, self.device).device)

    def embed(self, picture: Image.Image) -> NDArray[np.float32]:
        """Return the embedding of an upright sRGB picture.

        Returns
        -------
        numpy.ndarray
            Shape (dimensions,), float32, of length 1.

        Raises
        ------
        ModelError
            When the model is not there or gives no number.
        """
        with local_models.one_at_a_time:
            return _load(self.weights, self.device).embed(picture)


def compare(
    original: bytes,
    pictures: Sequence[bytes],
    model: str,
    revision: str = "",
    root: Path | None = None,
    watermark: Watermark | None = None,
) -> Compared:
    """Return the raw cosine of each picture file with an original's.

    Parameters
    ----------
    model, revision
        A folder below ``root`` or ``TWICETOLD_MODELS``, or a name on the hub and what pins it.
    root
        Folder of the study.
    watermark
        Hidden in all of them first, as it is wherever they are shown.
    """
    clip = Clip(find(model, revision or None, root or Path()))
    reference = clip.embed(hidden(images.read(original, "The original").image, watermark))
    found = (clip.embed(hidden(images.read(data, "The reconstruction").image, watermark)) for data in pictures)
    return Compared(tuple(cosine(reference, one) for one in found), clip.identity)


def cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the cosine of two embeddings of length 1, between −1 and 1."""
    return float(np.clip(np.dot(one.astype(np.float64), other.astype(np.float64)), -1.0, 1.0))


def scaled(raw: float, scaling: str) -> float:
    """Bring a cosine to a named scale.

    Parameters
    ----------
    raw
        From −1 to 1.
    scaling
        ``half`` is (1 + cos) / 2, from 0 to 1, which the paper's numbers agree with; ``clip0`` is max(cos, 0), as
        CLIPScore has it; ``raw`` leaves it.
    """
    return {"raw": raw, "half": (1 + raw) / 2, "clip0": max(raw, 0.0)}[scaling]


@dataclass(frozen=True)
class _Loaded:
    model: Any
    processor: Any
    device: str

    @property
    def size_px(self) -> str:
        crop = self.processor.crop_size if self.processor.do_center_crop else self.processor.size
        return f"{crop['width']}x{crop['height']}"

    def embed(self, picture: Image.Image) -> NDArray[np.float32]:
        import torch

        inputs = self.processor(images=picture, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            features = self.model.get_image_features(**inputs)
        pooled = getattr(features, "pooler_output", features)  # a tensor before transformers 5
        vector: NDArray[np.float32] = pooled[0].float().cpu().numpy()
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            raise ModelError("the CLIP model gave no number for a picture", local_models.AGAIN)
        return (vector / length).astype(np.float32)


@lru_cache(maxsize=2)
def _load(weights: Weights, device: str) -> _Loaded:
    local_models.prepare("torch", "transformers")
    import torch
    from transformers import AutoImageProcessor, CLIPModel

    processor = local_models.load(weights, AutoImageProcessor.from_pretrained, backend="pil")
    model, info = local_models.load(weights, CLIPModel.from_pretrained, dtype=torch.float32, output_loading_info=True)
    local_models.whole(weights, model, info)
    at = local_models.device(device)
    return _Loaded(model.to(at).eval(), processor, at)
