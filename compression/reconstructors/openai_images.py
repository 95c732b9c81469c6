"""Reconstructions by an image model behind OpenAI's image endpoint, at OpenAI or at any server that speaks it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from pydantic import Field

from compression import openai_client, openai_models, openai_pictures
from compression.errors import PictureError, RemediedError
from compression.openai_connection import Connection, base_url, host_of, seconds_for
from compression.paid import CallFailed, Estimate, PlannedCall, Reply
from compression.parameters import Parameters, sent_bytes
from compression.reconstructors.checks import check_picture
from compression.settings import Settings
from compression.store import digest
from compression.types import Lane, Reconstruction

NAME = "openai-images"
VERSION = "1"
SIZE = r"^(auto|[1-9]\d{1,4}x[1-9]\d{1,4})$"
LONGEST_PROMPT = 4_000  # bytes, where an estimate needs one


class OpenAIImagesSettings(Settings):
    """What the study says; address and key come from the environment.

    Attributes
    ----------
    size, quality
        As the service names them; not sent when they are not set. A picture of another size is refused.
    parameters
        Further parameters, sent as they are.
    max_prompt_characters
        Longer captions are not sent.
    """

    model: str = Field(min_length=1)
    size: str | None = Field(default=None, pattern=SIZE)
    quality: str | None = Field(default=None, min_length=1)
    parameters: Parameters = Field(default_factory=dict)
    max_prompt_characters: int = Field(default=32_000, ge=1)


class OpenAIImagesReconstructor:
    """Asks an image model for a picture of the words."""

    lane: Lane = "paid"
    versions: Mapping[str, str] = {NAME: VERSION}

    def __init__(self, settings: OpenAIImagesSettings) -> None:
        self._settings = settings

    def reconstruct(
        self, caption: str | None, original_slug: str, seed: int, width: int, height: int, caller: Any
    ) -> Reconstruction:
        """Return the picture of one draw; ``seed`` is the number of the draw, since services take no seed.

        Raises
        ------
        CaptionTooLong, CallFailed
        """
        prompt = caption or ""
        limit = self._settings.max_prompt_characters
        if len(prompt) > limit:
            raise CaptionTooLong(
                f"The caption of {original_slug} has {len(prompt)} characters, over the limit of {limit}",
                "shorten it, or raise max_prompt_characters where the model takes more",
            )
        answer = caller.call(self._call(prompt, seed, original_slug))
        return Reconstruction(answer.result, self._said(prompt) | dict(answer.provenance))

    def estimate(self, caption: str | None) -> list[Estimate]:
        """Return the most that a picture of these words can use, None for words that are not known yet."""
        return [self._worst(LONGEST_PROMPT if caption is None else len(caption.encode("utf-8")))]

    def check(self) -> str:
        """Say that the server lists the model, or raise what is in the way."""
        return openai_models.check(self._settings.model)

    def _call(self, prompt: str, draw: int, slug: str) -> PlannedCall:
        asked = {
            "backend": NAME, "versions": dict(self.versions), "model": self._settings.model, "prompt": prompt,
            "draw": draw, "parameters": self._parameters(),
        }  # fmt: skip
        return PlannedCall(
            key=digest({"call": asked}),
            worst=self._worst(len(prompt.encode("utf-8"))),
            description=asked,
            send=lambda: self._send(prompt, f"The reconstruction of {slug}"),
            timeout_seconds=2 * seconds_for("image"),
        )

    def _send(self, prompt: str, name: str) -> Reply:
        connection = Connection.from_environment()
        request = {"model": self._settings.model, "prompt": prompt}
        reply = openai_client.post(connection, "image", request, self._parameters())
        found = openai_pictures.picture_of(connection, reply)
        try:
            check_picture(found.data, name, self._expected())
        except PictureError as error:
            raise CallFailed(error.message, error.remedy, outcome="unusable", reply=reply) from error
        return replace(reply, result=found.data, notes=found.notes)

    def _parameters(self) -> dict[str, Any]:
        given = {"size": self._settings.size, "quality": self._settings.quality}
        return {name: value for name, value in given.items() if value is not None} | self._settings.parameters

    def _expected(self) -> tuple[int, int] | None:
        found = re.fullmatch(r"(\d+)x(\d+)", str(self._parameters().get("size", "")))
        return (int(found[1]), int(found[2])) if found else None

    def _worst(self, words: int) -> Estimate:
        return Estimate(
            backend=NAME,
            host=host_of(base_url()),
            model=self._settings.model,
            kind="image",
            tokens_in=words + sent_bytes(self._settings.parameters),
            images=1,
            parameters=self._parameters(),
        )

    def _said(self, prompt: str) -> dict[str, Any]:
        said = {"prompt": prompt, "template": VERSION, "seed": "none offered"}
        return said | {"parameters": self._parameters(), "versions": {"openai": version("openai")}}


class CaptionTooLong(RemediedError):  # noqa: N818  reads better where it is raised
    """A caption is longer than its model takes."""
