"""Captions by a BLIP model that runs here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from pydantic import Field, model_validator

from compression import images, local_models, presets
from compression.errors import PictureError
from compression.files import Files, unchanged
from compression.local_models import ModelError, ModelSettings
from compression.types import Caption, Lane, Original
from compression.weights import Weights, find, versions_of

NAME = "blip"


class BlipSettings(ModelSettings):
    """How to decode; ``max_bytes`` makes it try again, shorter, until the words fit.

    ``max_length`` and ``min_length`` are in tokens, the prompt included, as transformers counts them.
    """

    preset: str | None = None
    prompt: str = Field(default="", max_length=200)
    num_beams: int = Field(default=1, ge=1, le=16)
    max_length: int = Field(default=30, ge=4, le=512)
    min_length: int = Field(default=0, ge=0, le=512)
    length_penalty: float = Field(default=1.0, ge=-10, le=10)
    repetition_penalty: float = Field(default=1.0, gt=0, le=10)
    max_bytes: int | None = Field(default=None, ge=1)
    tries: int = Field(default=3, ge=1, le=10)

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, data: Any) -> Any:
        return presets.filled_in(NAME, data)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that were decoded and their tokens, without the prompt; ``cut`` when a limit came before their end."""

    text: str
    tokens: int
    cut: bool

    @property
    def size_bytes(self) -> int:
        """Bytes that would count."""
        return Caption("", self.text).size_bytes


class BlipCaptioner:
    """Runs ``BlipForConditionalGeneration`` on one picture at a time; the same picture gives the same words."""

    lane: ClassVar[Lane] = "model"

    def __init__(self, settings: BlipSettings, files: Files) -> None:
        self._settings = settings
        self._weights = find(settings.model, settings.revision, files.root)

    @property
    def versions(self) -> Mapping[str, str]:
        """Of our decoding, the libraries and the model's files."""
        return {NAME: "1", **versions_of("torch", "transformers"), **self._weights.versions(NAME)}

    def caption(self, original: Original) -> Caption:
        """Caption an original.

        Raises
        ------
        ModelError
            When the model is not there, says nothing, or finds no words within ``max_bytes``.
        PictureError
            When the original cannot be decoded.
        """
        if original.path is None:
            raise PictureError(f"{original.slug} is not there ({original.reason})", images.PUT_BACK)
        picture = images.read(unchanged(original.path, original.sha256), f"Original {original.path.name}")
        with local_models.one_at_a_time:
            words = _load(self._weights, self._settings.device, self._settings.dtype)
            found, parameters, attempt = self._fitting(words, picture.image, original.slug)
        return Caption(original.slug, found.text, provenance=self._provenance(words, found, parameters, attempt))

    def check(self) -> str:
        """Load the model and say so, or raise :class:`ModelError`."""
        found = _load(self._weights, self._settings.device, self._settings.dtype)
        return local_models.loaded(self._weights, found.device)

    def _fitting(self, words: "_Loaded", image: Any, slug: str) -> tuple[Candidate, dict[str, Any], int]:
        settings = self._settings
        parameters = settings.model_dump(
            include={"num_beams", "max_length", "min_length", "length_penalty", "repetition_penalty"}
        )
        shortest = None
        for attempt in range(1, settings.tries + 1):
            candidates = [one for one in words.decode(image, settings.prompt, parameters) if one.text]
            if not candidates:
                raise ModelError(f"the model has no words for {slug}", "try another prompt, or a larger min_length")
            if settings.max_bytes is None:
                return candidates[0], parameters, attempt
            if fitting := [one for one in candidates if one.size_bytes <= settings.max_bytes]:
                return min(fitting, key=lambda one: one.cut), parameters, attempt
            shortest = min(candidates, key=lambda one: one.size_bytes)
            limit = max(1, shortest.tokens * settings.max_bytes // shortest.size_bytes)
            length = words.prompt_tokens(settings.prompt) + limit
            parameters |= {"max_length": min(length, parameters["max_length"] - 1), "min_length": 0}
        assert shortest is not None, "there is at least one try"
        raise ModelError(
            f"no words for {slug} fit into {settings.max_bytes} bytes in {settings.tries} tries"
            f" (the shortest have {shortest.size_bytes})",
            "raise max_bytes or tries",
        )

    def _provenance(
        self, words: "_Loaded", found: Candidate, parameters: Mapping[str, Any], attempt: int
    ) -> dict[str, Any]:
        settings = self._settings
        notes = [*words.notes, *([f"try {attempt} of {settings.tries}"] if settings.max_bytes else [])]
        return {
            "backend": NAME, **self._weights.provenance(), **presets.named(NAME, settings.preset),
            **({"prompt": settings.prompt} if settings.prompt else {}), "seed": "none offered",
            "parameters": {**parameters, "dtype": settings.dtype}, "versions": dict(self.versions),
            "device": words.device, "truncated": found.cut, **({"notes": notes} if notes else {}),
        }  # fmt: skip


@dataclass(frozen=True)
class _Loaded:
    model: Any
    processor: Any
    device: str
    notes: tuple[str, ...]

    def prompt_tokens(self, prompt: str) -> int:
        """Return how many tokens the words follow upon."""
        return len(self.processor.tokenizer(prompt).input_ids) - 1 if prompt else 1

    def decode(self, image: Any, prompt: str, parameters: Mapping[str, Any]) -> list[Candidate]:
        """Return the candidates for a picture, the likeliest first."""
        import torch

        given = {"images": image} | ({"text": prompt} if prompt else {})
        inputs = self.processor(**given, return_tensors="pt").to(self.device, self.model.dtype)
        start = inputs["input_ids"][0, :-1] if prompt else [self.model.config.text_config.bos_token_id]
        with torch.inference_mode():
            found = self.model.generate(
                **inputs, **parameters, do_sample=False, num_return_sequences=parameters["num_beams"]
            )
        return [self._candidate(tokens, start) for tokens in found]

    def _candidate(self, tokens: Any, start: Any) -> Candidate:
        text_config, tokenizer = self.model.config.text_config, self.processor.tokenizer
        prompt = tokenizer.decode(start, skip_special_tokens=True)
        text = tokenizer.decode(tokens, skip_special_tokens=True).strip().removeprefix(prompt).strip()
        said = [int(token) for token in tokens[len(start) :] if int(token) != text_config.pad_token_id]
        return Candidate(text, len(said), text_config.sep_token_id not in said)


@lru_cache(maxsize=2)
def _load(weights: Weights, device: str, dtype: str) -> _Loaded:
    local_models.prepare("torch", "transformers")
    import torch
    from transformers import BlipForConditionalGeneration, BlipProcessor

    processor = local_models.load(weights, BlipProcessor.from_pretrained, backend="pil")
    model, info = local_models.load(
        weights, BlipForConditionalGeneration.from_pretrained, dtype=getattr(torch, dtype), output_loading_info=True
    )
    notes = local_models.whole(weights, model, info)
    local_models.speaks(weights, processor.tokenizer, model.config.text_config.vocab_size)
    at = local_models.device(device)
    return _Loaded(model.to(at).eval(), processor, at, tuple(notes))
