"""Loading models on this machine: quietly, offline when told, and with every refusal in words."""

import importlib.util
import os
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Literal, TypeVar

from pydantic import Field, field_validator

from compression.errors import RemediedError
from compression.settings import Settings
from compression.weights import HUB_NAME, Weights, offline

AGAIN = "copy its files again from their source"
HUB_SECONDS = 10
INSTALL = "pip install -r requirements-models.txt"
one_at_a_time = threading.RLock()  # neither loading nor tokenizing stands two threads
Loaded = TypeVar("Loaded")


class ModelError(RemediedError):
    """A model is not there, cannot be loaded, or gave nothing that can be used."""


class ModelSettings(Settings):
    """What the settings of every backend that runs a model share.

    ``model`` is a folder below the study's, or below ``TWICETOLD_MODELS``, or a name on the Hugging Face hub, where
    ``revision`` pins it.
    """

    model: str = Field(min_length=1, max_length=300)
    revision: str | None = Field(default=None, min_length=1, max_length=100)
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    dtype: Literal["float32", "bfloat16", "float16"] = "float32"

    @field_validator("model")
    @classmethod
    def _below(cls, model: str) -> str:
        name = PurePosixPath(model.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in model:
            raise ValueError("it is neither a path below a folder of models nor a name on the hub")
        return model


def loaded(weights: Weights, at: str) -> str:
    """Say that a model was loaded: its name, what identifies its weights, and where it computes."""
    named = weights.provenance()
    known = named.get("weights_sha256") or named.get("revision", "of unknown revision")
    return f"{weights.model} ({known}) loads, on {at}"


def prepare(*modules: str) -> None:
    """Get ready to import libraries of models: they stay quiet, report nobody's use, and stay offline when told.

    Raises
    ------
    ModelError
        When one is not installed.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")  # transformers would ask a web service for it
    if offline():
        os.environ.update(HF_HUB_OFFLINE="1")
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise ModelError(f"{module} is not installed", INSTALL)
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def must_be_there(weights: Weights) -> None:
    """Raise a :class:`ModelError` that says where to put the files when they are not there."""
    if not weights.there:
        raise _absent(weights)


def load(weights: Weights, loader: Callable[..., Loaded], **options: Any) -> Loaded:
    """Call a library's ``from_pretrained`` and turn whatever goes wrong into words.

    Raises
    ------
    ModelError
        When the files are not there or cannot be loaded.
    """
    must_be_there(weights)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the libraries' own, about themselves
            return _loaded(weights, loader, options)
    except ModelError:
        raise
    except Exception as error:  # a damaged file makes these libraries raise nearly anything
        raise _explained(weights, error) from error


def _loaded(weights: Weights, loader: Callable[..., Loaded], options: dict[str, Any]) -> Loaded:
    """Load from the folder or the hub's cache; ask the hub only for what is in neither."""
    if weights.folder is not None:
        return loader(str(weights.folder), local_files_only=True, **options)
    if weights.revision:
        options["revision"] = weights.revision
    if weights.commit:
        try:
            return loader(weights.model, local_files_only=True, **options)
        except OSError:
            if offline():
                raise
    if refusal := _refusal(weights.model, weights.revision, int(time.monotonic() // 60)):
        raise _absent(weights, refusal)
    return loader(weights.model, **options)


def whole(weights: Weights, model: Any, info: Mapping[str, Any]) -> list[str]:
    """Return notes on weights that the files lack.

    Raises
    ------
    ModelError
        When so many are lacking that the files are another model's: the library would go on with random ones.
    """
    lacking = sorted(info["missing_keys"])
    if len(lacking) * 20 > len(model.state_dict()):
        raise ModelError(
            f'"{weights.model}" has no weights for {type(model).__name__} ({len(lacking)} are missing)',
            "name a model of that kind",
        )
    return [f"these weights are not in the files and were made up: {', '.join(lacking)}"] if lacking else []


def speaks(weights: Weights, tokenizer: Any, vocabulary: int) -> None:
    """Check that a tokenizer knows its model's words: without its files the library makes an empty one.

    Raises
    ------
    ModelError
        When most are unknown to it.
    """
    if len(tokenizer) * 2 < vocabulary:
        raise ModelError(
            f'model "{weights.model}" cannot be loaded (its tokenizer knows {len(tokenizer)} of {vocabulary} tokens)',
            AGAIN,
        )


def device(wanted: str) -> str:
    """Return where to compute: as wanted, or the best there is.

    Raises
    ------
    ModelError
        When the machine has no such device.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(name for name, is_there in there.items() if is_there)
    if not there[wanted]:
        raise ModelError(f"this machine has no {wanted} device", 'set device = "auto"')
    return wanted


@lru_cache(maxsize=64)
def _refusal(model: str, revision: str | None, minute: int) -> str:
    """Ask the hub for a repository, once a minute at most; return why it cannot be had, or nothing.

    Without asking first, the libraries try again for minutes where there is no network.
    """
    from huggingface_hub import HfApi

    try:
        HfApi().repo_info(model, revision=revision, timeout=HUB_SECONDS)
    except Exception as error:  # no network, no such repository, no right to it
        return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return ""


def _absent(weights: Weights, refusal: str = "") -> ModelError:
    folders = " or ".join(str(path) for path in weights.searched)
    cache = " nor in the hub's cache" if HUB_NAME.fullmatch(weights.model) else ""
    refused = f", and the hub does not give it ({refusal})" if refusal else ""
    online = ", or unset TWICETOLD_MODELS_OFFLINE to fetch it" if offline() and cache else ""
    return ModelError(
        f'model "{weights.model}" is not in {folders}{cache}{refused}',
        f"put it at {weights.searched[0]}, or set TWICETOLD_MODELS to the folder that has it{online}",
    )


def _explained(weights: Weights, error: Exception) -> ModelError:
    if weights.folder is None and isinstance(error, OSError):
        return _absent(weights)
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return ModelError(f'model "{weights.model}" cannot be loaded ({reason})', AGAIN)
