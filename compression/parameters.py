"""Parameters that a study sends to a service beside those of the protocol."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

OURS = {
    "model", "messages", "prompt", "n", "stream", "stream_options", "partial_images",
}  # fmt: skip
"""Set by the backend itself, or such that one request could be billed as several."""


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    if taken := sorted(OURS & set(value)):
        raise ValueError(f"{', '.join(taken)} cannot be set here: the backend sees to it")
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"these are no JSON values ({error})") from error
    return dict(value)


Parameters = Annotated[dict[str, Any], AfterValidator(_plain)]


def sent_bytes(parameters: Mapping[str, Any]) -> int:
    """Return the UTF-8 bytes that parameters have as JSON: a service may count them as words sent."""
    return len(json.dumps(parameters, ensure_ascii=False).encode("utf-8")) if parameters else 0
