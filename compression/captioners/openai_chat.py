"""Captions by a vision model behind OpenAI's Chat Completions, at OpenAI or at any server that speaks it."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from compression import openai_client, openai_models, sending
from compression.errors import RemediedError
from compression.openai_connection import Connection, base_url, host_of, seconds_for
from compression.openai_words import LIMITS, words_of
from compression.paid import Estimate, PlannedCall, Reply
from compression.parameters import Parameters, sent_bytes
from compression.presets import filled_in, named
from compression.settings import Settings
from compression.store import digest
from compression.types import Caption, Lane, Original

NAME = "openai-chat"
VERSION = "1"  # of the words around the prompt
WITHIN = "Use at most {max_bytes} bytes of UTF-8 text, which is about as many letters and spaces."
SHORTER = "That is {size} bytes long. Say it again in at most {max_bytes} bytes, with what matters most."
LONGEST_CAPTION = 4_000  # bytes, where an estimate needs one

Message = dict[str, Any]


class OpenAIChatSettings(Settings):
    """What the study says; address and key come from the environment.

    Attributes
    ----------
    prompt
        What is asked of the model, beside the picture.
    parameters
        Further parameters, sent as they are; those that are not set are not sent.
    max_side
        Longer side of the copy that is sent, in pixels.
    detail
        How closely the service shall look; not sent when it is not set.
    max_bytes
        Most bytes of the caption; longer ones are sent back, ``tries`` times in all.
    """

    model: str = Field(min_length=1)
    prompt: str = Field(min_length=1)
    preset: str | None = None
    parameters: Parameters = Field(default_factory=dict)
    max_side: int = Field(default=1024, ge=64, le=8192)
    detail: Literal["auto", "low", "high", "original"] | None = None
    max_bytes: int | None = Field(default=None, ge=8)
    tries: int = Field(default=3, ge=1, le=10)

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, given: Any) -> Any:
        return filled_in(NAME, given)

    @field_validator("prompt")
    @classmethod
    def _words(cls, prompt: str) -> str:
        if not prompt.strip():
            raise ValueError("the prompt is empty")
        return prompt


class OpenAIChatCaptioner:
    """Asks a vision model for words."""

    lane: Lane = "paid"
    versions: Mapping[str, str] = {NAME: VERSION, "sent-picture": sending.VERSION}

    def __init__(self, settings: OpenAIChatSettings) -> None:
        self._settings = settings

    def caption(self, original: Original, caller: Any) -> Caption:
        """Return a caption, within the byte budget where there is one.

        Raises
        ------
        MayNotBeSent, CallFailed, NoneShortEnough
        """
        sent = sending.copy_of(original, self._settings.max_side)
        talk = [self._first()]
        candidates: list[dict[str, Any]] = []
        for _ in range(self._settings.tries):
            answer = caller.call(self._call(original, sent, talk))
            found = Caption(original.slug, answer.result.decode("utf-8"))
            candidates.append({"text": found.text, "bytes": found.size_bytes} | _billing(answer.provenance))
            if self._fits(found):
                return replace(found, provenance=self._said(sent, answer.provenance, candidates))
            talk += [{"role": "assistant", "content": found.text}, {"role": "user", "content": self._shorter(found)}]
        raise NoneShortEnough(self._settings, self._said(sent, answer.provenance, candidates), candidates)

    def estimate(self, original: Original) -> list[Estimate]:
        """Return the most that the words for an original can use; raise MayNotBeSent when it may not be sent."""
        sending.check_may_be_sent(original)
        tries = self._settings.tries if self._settings.max_bytes else 1
        one = self._worst(original, len(self._first()["content"].encode("utf-8")))
        talk = LONGEST_CAPTION * tries * (tries - 1) // 2
        return [
            replace(
                one,
                calls=tries,
                tokens_in=one.tokens_in * tries + talk,
                tokens_out=None if one.tokens_out is None else one.tokens_out * tries,
                pictures_in=tries,
                picture_tokens=one.picture_tokens * tries,
            )
        ]

    def check(self) -> str:
        """Say that the server lists the model, or raise what is in the way."""
        return openai_models.check(self._settings.model)

    def _first(self) -> Message:
        within = f" {WITHIN.format(max_bytes=self._settings.max_bytes)}" if self._settings.max_bytes else ""
        return {"role": "user", "content": self._settings.prompt + within}

    def _shorter(self, found: Caption) -> str:
        return SHORTER.format(size=found.size_bytes, max_bytes=self._settings.max_bytes)

    def _fits(self, found: Caption) -> bool:
        return self._settings.max_bytes is None or found.size_bytes <= self._settings.max_bytes

    def _call(self, original: Original, sent: sending.Sent, talk: list[Message]) -> PlannedCall:
        asked = {
            "backend": NAME, "versions": dict(self.versions), "original": original.sha256,
            "model": self._settings.model, "messages": talk, "detail": self._settings.detail,
            "max_side": self._settings.max_side, "parameters": self._settings.parameters,
        }  # fmt: skip
        words = sum(len(message["content"].encode("utf-8")) for message in talk)
        messages = [self._with_picture(talk[0], sent), *talk[1:]]
        request = {"model": self._settings.model, "messages": messages}
        return PlannedCall(
            key=digest({"call": asked}),
            worst=self._worst(original, words),
            description=asked | sent.provenance,
            send=lambda: self._send(request),
            timeout_seconds=seconds_for("chat"),
        )

    def _with_picture(self, message: Message, sent: sending.Sent) -> Message:
        detail = {"detail": self._settings.detail} if self._settings.detail else {}
        picture = {"type": "image_url", "image_url": {"url": sent.url} | detail}
        return {"role": "user", "content": [{"type": "text", "text": message["content"]}, picture]}

    def _send(self, request: Mapping[str, Any]) -> Reply:
        reply = openai_client.post(Connection.from_environment(), "chat", request, self._settings.parameters)
        return replace(reply, result=words_of(reply).encode("utf-8"))

    def _worst(self, original: Original, words: int) -> Estimate:
        limits = (self._settings.parameters.get(name) for name in LIMITS)
        return Estimate(
            backend=NAME,
            host=host_of(base_url()),
            model=self._settings.model,
            kind="chat",
            tokens_in=words + sent_bytes(self._settings.parameters),
            tokens_out=next((limit for limit in limits if isinstance(limit, int)), None),
            pictures_in=1,
            picture_tokens=sending.tokens_of(
                *sending.size_of(original.width, original.height, self._settings.max_side)
            ),
            parameters=self._settings.parameters,
        )

    def _said(self, sent: sending.Sent, call: Mapping[str, Any], candidates: list[dict[str, Any]]) -> dict[str, Any]:
        settings = self._settings
        said = {"prompt": self._first()["content"], "template": VERSION, "seed": "none offered"}
        if "seed" in settings.parameters:
            said["seed"] = settings.parameters["seed"]
        said |= named(NAME, settings.preset)
        said |= {"parameters": settings.parameters, "versions": {"openai": version("openai")}}
        tried = {"candidates": candidates} if len(candidates) > 1 else {}
        return said | sent.provenance | dict(call) | tried


class NoneShortEnough(RemediedError):  # noqa: N818  reads better where it is raised
    """No try at a caption was within its byte budget."""

    def __init__(
        self, settings: OpenAIChatSettings, provenance: dict[str, Any], candidates: list[dict[str, Any]]
    ) -> None:
        shortest = min(candidate["bytes"] for candidate in candidates)
        super().__init__(
            f"No caption of at most {settings.max_bytes} bytes in {len(candidates)} tries (shortest: {shortest})",
            "allow more tries or more bytes",
        )
        self.provenance = provenance | {"candidates": candidates}


def _billing(provenance: Mapping[str, Any]) -> dict[str, Any]:
    wanted = ("request_id", "model_answered", "usage", "cost", "currency", "started_at", "seconds")
    return {name: provenance[name] for name in wanted if name in provenance}
