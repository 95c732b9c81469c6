"""Backends by name, and those from outside."""

import pytest
from pydantic import BaseModel

from compression.errors import StudyError
from compression.methods import PLUGINS, Registry, UnknownBackendError, registry


def test_the_built_in_backends_are_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PLUGINS, raising=False)
    assert registry().names("codec") == ["avif", "folder", "jpeg", "jpeg-xl", "webp"]
    assert registry().names("captioner") == ["blip", "human", "openai-chat"]
    assert registry().names("reconstructor") == ["diffusers", "folder", "openai-images"]


def test_a_module_named_in_the_environment_adds_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLUGINS, " tests.compression.plugin , ")
    assert "flat" in registry().names("reconstructor")
    monkeypatch.setenv(PLUGINS, "")
    assert "flat" not in registry().names("reconstructor")


@pytest.mark.parametrize("module", ["no.such.module", "json"])
def test_a_module_that_cannot_be_used_is_named_with_the_setting(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setenv(PLUGINS, module)
    with pytest.raises(StudyError, match=f"TWICETOLD_BACKENDS: {module}: cannot be used"):
        registry()


def test_a_name_cannot_be_taken_twice() -> None:
    mine = Registry()
    mine.codec("x", lambda settings, files: settings, BaseModel)
    with pytest.raises(ValueError, match="registered twice"):
        mine.codec("x", lambda settings, files: settings, BaseModel)


def test_an_unknown_name_lists_those_that_are_known() -> None:
    with pytest.raises(UnknownBackendError, match='no captioner "gpt": use one of blip, human'):
        registry().backend("captioner", "gpt", {})


def test_settings_are_kept_as_plain_data_with_their_defaults() -> None:
    backend = registry().backend("captioner", "human", {"file": "c.csv"})
    assert dict(backend.settings) == {"file": "c.csv", "optional": False, "page": False, "without": ""}
