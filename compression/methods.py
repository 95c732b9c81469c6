"""Backends by name: study files name what is registered here, and nothing else."""

import importlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from compression.captioners.blip import BlipCaptioner, BlipSettings
from compression.captioners.human import HumanCaptioner, HumanSettings
from compression.captioners.openai_chat import OpenAIChatCaptioner, OpenAIChatSettings
from compression.codecs.avif import AvifCodec, AvifSettings
from compression.codecs.folder import FolderCodec, FolderSettings
from compression.codecs.jpeg import JpegCodec, JpegSettings
from compression.codecs.jpeg_xl import JpegXlCodec, JpegXlSettings
from compression.codecs.webp import WebpCodec, WebpSettings
from compression.errors import Problem, RemediedError, StudyError
from compression.files import Files
from compression.reconstructors.diffusers_local import DiffusersReconstructor, DiffusersSettings
from compression.reconstructors.folder import FolderReconstructor
from compression.reconstructors.openai_images import OpenAIImagesReconstructor, OpenAIImagesSettings
from compression.settings import Settings
from compression.types import (
    Backend,
    BackendKind,
    Captioner,
    FileBacked,
    ImageCodec,
    PaidCaptioner,
    PaidReconstructor,
    Reconstructor,
)

__all__ = ["PLUGINS", "Registry", "Settings", "UnknownBackendError", "registry", "setting_problems"]

PLUGINS = "TWICETOLD_BACKENDS"
Factory = Callable[[Any, Files], Any]


class UnknownBackendError(RemediedError):
    """A name is not registered; the remedy lists those that are."""


@dataclass(frozen=True, slots=True)
class _Entry:
    factory: Factory
    settings: type[BaseModel]


@dataclass(frozen=True, slots=True)
class Registry:
    """The backends that study files may name.

    A factory is called as ``factory(settings, files)``: an instance of the backend's settings model, and the
    :class:`compression.files.Files` of the study. A plugin module, named in ``TWICETOLD_BACKENDS``, has
    ``def register(registry: Registry) -> None`` and calls the three methods below.
    """

    _entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)

    def codec(
        self, name: str, factory: Callable[[Any, Files], ImageCodec | FileBacked], settings_model: type[BaseModel]
    ) -> None:
        """Register a classical codec."""
        self._add("codec", name, factory, settings_model)

    def captioner(
        self, name: str, factory: Callable[[Any, Files], Captioner | PaidCaptioner], settings_model: type[BaseModel]
    ) -> None:
        """Register an encoder of the textual transform; one whose ``lane`` is ``paid`` gets a caller with each call."""
        self._add("captioner", name, factory, settings_model)

    def reconstructor(
        self,
        name: str,
        factory: Callable[[Any, Files], Reconstructor | PaidReconstructor | FileBacked],
        settings_model: type[BaseModel],
    ) -> None:
        """Register a decoder of the textual transform."""
        self._add("reconstructor", name, factory, settings_model)

    def names(self, kind: BackendKind) -> list[str]:
        """Return the registered names of a kind, sorted."""
        return sorted(name for its, name in self._entries if its == kind)

    def backend(self, kind: BackendKind, name: str, settings: Mapping[str, Any]) -> Backend:
        """Validate a choice of the study file.

        Raises
        ------
        UnknownBackendError
            When the name is not registered.
        pydantic.ValidationError
            When the settings do not fit the backend's model.
        """
        model = self._entry(kind, name).settings.model_validate(dict(settings))
        return Backend(kind, name, model.model_dump(mode="json"))

    def make(self, backend: Backend, files: Files) -> Any:
        """Return the working backend for validated settings."""
        entry = self._entry(backend.kind, backend.name)
        return entry.factory(entry.settings.model_validate(dict(backend.settings)), files)

    def make_codec(self, backend: Backend, files: Files) -> ImageCodec | FileBacked:
        """Return a working codec."""
        return cast("ImageCodec | FileBacked", self.make(backend, files))

    def make_captioner(self, backend: Backend, files: Files) -> Captioner:
        """Return a working captioner."""
        return cast("Captioner", self.make(backend, files))

    def make_reconstructor(self, backend: Backend, files: Files) -> Reconstructor | FileBacked:
        """Return a working reconstructor."""
        return cast("Reconstructor | FileBacked", self.make(backend, files))

    def _add(self, kind: BackendKind, name: str, factory: Factory, settings: type[BaseModel]) -> None:
        if (kind, name) in self._entries:
            raise ValueError(f"The {kind} {name} is registered twice: give one of the two another name")
        self._entries[kind, name] = _Entry(factory, settings)

    def _entry(self, kind: BackendKind, name: str) -> _Entry:
        if (kind, name) not in self._entries:
            known = ", ".join(self.names(kind))
            remedy = f"use one of {known}, or name the module that registers it in {PLUGINS}"
            raise UnknownBackendError(f'there is no {kind} "{name}"', remedy)
        return self._entries[kind, name]


def registry() -> Registry:
    """Return the built-in backends and those of the modules named in ``TWICETOLD_BACKENDS``."""
    return _load(os.environ.get(PLUGINS, ""))


@lru_cache(maxsize=8)
def _load(plugins: str) -> Registry:
    result = Registry()
    _register_built_in(result)
    for name in filter(None, (part.strip() for part in plugins.split(","))):
        _plug(result, name)
    return result


def _register_built_in(result: Registry) -> None:
    result.codec("jpeg", lambda settings, files: JpegCodec(settings), JpegSettings)
    result.codec("webp", lambda settings, files: WebpCodec(settings), WebpSettings)
    result.codec("avif", lambda settings, files: AvifCodec(settings), AvifSettings)
    result.codec("jpeg-xl", lambda settings, files: JpegXlCodec(settings), JpegXlSettings)
    result.codec("folder", FolderCodec, FolderSettings)
    result.captioner("blip", BlipCaptioner, BlipSettings)
    result.captioner("human", HumanCaptioner, HumanSettings)
    result.captioner("openai-chat", lambda settings, files: OpenAIChatCaptioner(settings), OpenAIChatSettings)
    result.reconstructor("diffusers", DiffusersReconstructor, DiffusersSettings)
    result.reconstructor("folder", FolderReconstructor, FolderSettings)
    result.reconstructor(
        "openai-images", lambda settings, files: OpenAIImagesReconstructor(settings), OpenAIImagesSettings
    )


def _plug(result: Registry, name: str) -> None:
    try:
        register = importlib.import_module(name).register
    except (ImportError, AttributeError) as error:
        remedy = f"correct {PLUGINS}, a comma-separated list of modules that have register(registry)"
        raise StudyError([Problem(PLUGINS, name, f"cannot be used ({error})", remedy)]) from error
    register(result)


def setting_problems(error: ValidationError, file: str, key: str) -> Iterable[Problem]:
    """Yield a problem per wrong setting of a backend."""
    for detail in error.errors():
        where = ".".join(str(part) for part in (key, *detail["loc"]))
        yield Problem(file, where, detail["msg"], "correct this setting")
