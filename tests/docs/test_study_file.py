"""Every table and key of a study file is explained, and the schema and the example are what the code takes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from io import StringIO
from typing import Any, get_args

import pytest
from django.core.management import CommandError, call_command
from pydantic import BaseModel

from compression.captioners.blip import BlipSettings
from compression.captioners.human import HumanSettings
from compression.captioners.openai_chat import OpenAIChatSettings
from compression.codecs.avif import AvifSettings
from compression.codecs.folder import FolderSettings
from compression.codecs.jpeg import JpegSettings
from compression.codecs.jpeg_xl import JpegXlSettings
from compression.codecs.webp import WebpSettings
from compression.methods import PLUGINS, registry
from compression.reconstructors.diffusers_local import DiffusersSettings
from compression.reconstructors.openai_images import OpenAIImagesSettings
from compression.study import parse
from surveys.instruments.loader import Instrument
from surveys.instruments.questions import Choice, Instructed, Rating, Scale, Text, WordsInOrder
from surveys.instruments.questions.choice import Option
from surveys.instruments.questions.text import Skip
from surveys.management.commands import study_schema
from surveys.study_file import AdvertDefinition, StudyFile
from tests.docs import reading

BACKENDS: dict[str, type[BaseModel]] = {
    "codec: jpeg": JpegSettings,
    "codec: webp": WebpSettings,
    "codec: avif": AvifSettings,
    "codec: jpeg-xl": JpegXlSettings,
    "codec: folder": FolderSettings,
    "captioner: blip": BlipSettings,
    "captioner: human": HumanSettings,
    "reconstructor: diffusers": DiffusersSettings,
    "captioner: openai-chat": OpenAIChatSettings,
    "reconstructor: folder": FolderSettings,
    "reconstructor: openai-images": OpenAIImagesSettings,
}
INSTRUMENT: dict[str, type[BaseModel]] = {
    "[panel.advert]": AdvertDefinition,
    "The instrument": Instrument,
    "kind: rating": Rating,
    "[questions.scale]": Scale,
    "kind: words": WordsInOrder,
    "kind: text": Text,
    "skip": Skip,
    "kind: choice": Choice,
    "options": Option,
    "kind: instructed": Instructed,
}


def tables() -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the study file's tables under their headings."""
    for name, field in StudyFile.model_fields.items():
        inner = get_args(field.annotation)
        yield (f"[[{name}]]", inner[0]) if inner else (f"[{name}]", field.annotation)  # type: ignore[misc]


@pytest.mark.parametrize(("heading", "model"), [*tables(), *INSTRUMENT.items(), *BACKENDS.items()])
def test_every_key_is_explained_and_every_explained_key_exists(heading: str, model: type[BaseModel]):
    assert set(reading.rows(reading.section("study-file.md", heading))) == set(model.model_fields)


@pytest.mark.parametrize("kind", ["codec", "captioner", "reconstructor"])
def test_every_built_in_backend_is_explained(kind: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(PLUGINS, raising=False)
    assert {f"{kind}: {name}" for name in registry().names(kind)} == {
        heading for heading in BACKENDS if heading.startswith(f"{kind}:")
    }


def test_defaults_in_the_docs_are_those_of_the_code():
    advert: tuple[str, type[BaseModel]] = ("[panel.advert]", AdvertDefinition)
    for heading, model in [*tables(), *BACKENDS.items(), advert]:
        explained = reading.rows(reading.section("study-file.md", heading))
        for name, field in model.model_fields.items():
            if isinstance(field.default, (str, int)) and field.default != "":
                shown = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
                assert re.search(rf'`"?{re.escape(shown)}"?`', explained[name]), f"{heading} {name}: default {shown}"
            if field.is_required():
                assert "required" in explained[name], f"{heading} {name} is required"


def test_the_example_in_the_docs_is_a_study_file():
    block = next(reading.blocks(reading.DOCS / "study-file.md", "toml"))
    assert parse(StudyFile, tomllib.loads(block)).study.slug


def test_the_schema_of_study_files_is_current():
    out = StringIO()
    call_command("study_schema", check=True, stdout=out)
    assert "is current" in out.getvalue()


def test_a_schema_that_is_not_current_is_refused_and_can_be_written_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(study_schema, "PATH", tmp_path / "study.json")
    with pytest.raises(CommandError, match="run manage"):
        call_command("study_schema", check=True)
    call_command("study_schema", stdout=StringIO())
    call_command("study_schema", check=True, stdout=StringIO())
