"""What is said about calls that cost money: what one could cost, what it is, what came back, and why it failed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from compression.errors import RemediedError

Kind = Literal["chat", "image"]
Outcome = Literal["wait", "stop", "rejected", "unusable", "unknown"]
POSSIBLY_BILLED = (
    "look it up in the service's account; if you accept that it may be paid twice, build with --repeat-possibly-billed"
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The most that calls of one kind can use.

    Attributes
    ----------
    calls
        Requests, at most.
    tokens_in
        Tokens of the words sent, at most one per UTF-8 byte.
    tokens_out
        Tokens that may come back, None when the study sets no limit.
    images
        Pictures that are asked for.
    pictures_in, picture_tokens
        Pictures that are sent, and an assumption of their tokens; the price table may know better.
    parameters
        What prices may depend on, ``size`` and ``quality`` for example.
    """

    backend: str
    host: str
    model: str
    kind: Kind
    calls: int = 1
    tokens_in: int = 0
    tokens_out: int | None = None
    images: int = 0
    pictures_in: int = 0
    picture_tokens: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request brought.

    Attributes
    ----------
    body
        The answer as it came, without any key.
    result
        What was asked for, checked: a picture file, or words in UTF-8.
    model, request_id, usage
        As the service names them.
    notes
        What else it said, in words.
    """

    body: bytes
    result: bytes
    model: str = ""
    request_id: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call that may cost money.

    Attributes
    ----------
    key
        Content address (64 hexadecimal digits) of all that decides the answer.
    worst
        What this one call can use at most.
    description
        Plain JSON data for the journal; never keys, never pictures.
    send
        Makes exactly one request and checks what it brought; raises :class:`CallFailed`.
    timeout_seconds
        How long the request may take.
    """

    key: str
    worst: Estimate
    description: Mapping[str, Any]
    send: Callable[[], Reply]
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call brought, now or in an earlier run, and how it came to be."""

    result: bytes
    provenance: Mapping[str, Any]


class CallFailed(RemediedError):  # noqa: N818  reads better where a backend raises it
    """One call did not bring what it was made for.

    Parameters
    ----------
    outcome
        ``wait``: refused for now, nothing is billed; ``stop``: refused like all others would be, nothing is billed;
        ``rejected``: this one is refused, nothing is billed; ``unusable``: an answer came that is of no use, billed;
        ``unknown``: nobody knows what became of it, possibly billed.
    retry_after
        Seconds that the service asks to wait.
    tries
        How often the call is made at most while it is refused for now.
    reply
        The answer as far as one came.
    provenance
        How the call was made, for the record of what failed.
    """

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        outcome: Outcome,
        retry_after: float | None = None,
        tries: int = 8,
        reply: Reply | None = None,
    ) -> None:
        super().__init__(message, remedy)
        self.outcome = outcome
        self.retry_after = retry_after
        self.tries = tries
        self.reply = reply
        self.provenance: dict[str, Any] = {}

    @property
    def billable(self) -> bool:
        """Whether money has gone, or may have."""
        return self.outcome in {"unusable", "unknown"}
