"""The words in an answer of OpenAI's Chat Completions, or why there are none."""

from collections.abc import Mapping
from typing import Any

from compression import openai_client
from compression.paid import CallFailed, Reply

LIMITS = ("max_completion_tokens", "max_tokens")


def words_of(reply: Reply) -> str:
    """Return the caption in a reply.

    Raises
    ------
    CallFailed
        When the model refused, was stopped or cut off, or said nothing.
    """
    choice = _first_choice(openai_client.content(reply))
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    reason = choice.get("finish_reason")
    if refusal := message.get("refusal"):
        raise _unusable(
            reply, f"The model refuses: {str(refusal)[:300]}", "change the prompt, or leave the picture out"
        )
    if reason == "content_filter":
        raise _unusable(reply, "The service's content filter stopped the caption", "leave the picture out")
    if reason == "length":
        raise _unusable(reply, "The caption is cut off at the limit of tokens", f"raise {LIMITS[0]} in parameters")
    words = message.get("content")
    if not isinstance(words, str) or not words.strip():
        raise _unusable(reply, "The caption is empty", f"if {LIMITS[0]} is set, raise it: thinking counts too")
    if "\N{REPLACEMENT CHARACTER}" in words:
        raise _unusable(reply, "The caption has broken characters", "ask again, or another model")
    return words


def _first_choice(body: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = body.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _unusable(reply: Reply, message: str, remedy: str) -> CallFailed:
    return CallFailed(message, remedy, outcome="unusable", reply=reply)
