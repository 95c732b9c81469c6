"""The service's error codes, in words with a remedy."""

from __future__ import annotations

import re
from typing import Any

from surveys.panels.base import PanelBusy, PanelError, PanelRefused, PanelUnsure
from surveys.panels.mturk.workers import without_workers

KEYS = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to keys of the account that is linked to Mechanical Turk."
WRONG_KEYS = {
    "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "AccessDeniedException",
    "NotAuthorizedException", "MissingAuthenticationTokenException", "AWS.NotAuthorized", "IncompleteSignature",
    "IncompleteSignatureException", "ExpiredToken", "ExpiredTokenException",
}  # fmt: skip
SIGNATURE = {"InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed"}
THROTTLED = {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"}
INVALID = {"ValidationException", "ParameterValidationError", "SerializationException"}
GONE = "doesnotexist"
TOO_MANY = 429
BROKEN = {"ServiceFault", "InternalFailure", "InternalError", "InternalServerError", "RequestTimeout",
          "RequestTimeoutException", "ServiceUnavailable", "ServiceUnavailableException"}  # fmt: skip
AN_ID = re.compile(r"\b(?=[A-Z]*[0-9])[A-Z0-9]{2,64}\b")
A_TIME = re.compile(r"\(\d+( s)?\)\s*$")  # messages end in milliseconds
STATE = re.compile(r"Invalid\w*State$")
UNKNOWN = "Look at the requester's own pages; if it goes on, report this message."
NOT_YET = re.compile(r"status of:\s*null", re.IGNORECASE)


class AlreadyThere(PanelRefused):
    """The service has seen this token, or this name, before: for us, success."""

    ids: tuple[str, ...] = ()  # what in the message may be the id of the thing


class InAnotherState(PanelRefused):
    """The thing is not in a state for this: perhaps because it has happened."""


class NotYet(PanelBusy):
    """The service does not see the thing everywhere yet."""


class Unknown(PanelRefused):
    """The service said no in words that are not known here."""


class Gone(PanelRefused):
    """The service does not know the thing."""


def in_words(reply: dict[str, Any], operation: str) -> PanelError:
    """Turn an error reply, as botocore parsed it, into ours."""
    error = reply.get("Error", {})
    outer = str(error.get("Code") or "")
    code = str(reply.get("TurkErrorCode") or outer)
    raw = str(error.get("Message") or reply.get("Message") or "")
    message = without_workers(raw)
    http = int(reply.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    if http == TOO_MANY:
        outer = "Throttling"
    there = _already_there(code, raw)
    if there is not None:
        return there
    if may_have_happened(http, reply):
        return PanelUnsure(
            f"Mechanical Turk failed while it worked on {operation}: {message or http}",
            "Try again: it looks first, and nothing is made twice.",
            code=code,
        )
    return (
        _of_account(outer, code, message)
        or _of_values(code, message, operation)
        or _of_this_call(code, message)
        or Unknown(f"Mechanical Turk refused {operation}: {message or code or http}", UNKNOWN, code=code)
    )


def may_have_happened(status: int, reply: dict[str, Any]) -> bool:
    """Return whether a reply leaves open that its call was carried out."""
    code = str(reply.get("Error", {}).get("Code") or "")
    return (status >= 500 or code in BROKEN) and not _is_throttled(code, str(reply.get("TurkErrorCode") or ""))


def _is_throttled(*codes: str) -> bool:
    return any(code.rsplit(".", 1)[-1] in THROTTLED for code in codes)


def _already_there(code: str, raw: str) -> AlreadyThere | None:
    low = (code + " " + raw).lower()
    words = ("alreadyexist", "alreadybeenprocessed", "alreadycreatedaqualificationtype")
    if not any(word in low.replace(" ", "") for word in words):
        return None
    found = AlreadyThere(without_workers(raw), "", code=code)
    found.ids = tuple(dict.fromkeys(AN_ID.findall(A_TIME.sub("", raw))))[:5]
    return found


def _of_this_call(code: str, message: str) -> PanelError | None:
    if code.lower().endswith(GONE) or "does not exist" in message.lower():
        return Gone(
            "Mechanical Turk does not know this id.", "It may be of another environment, or removed.", code=code
        )
    if NOT_YET.search(message):
        return NotYet(
            "Mechanical Turk does not see this submission everywhere yet.", "Try again in some minutes.", code=code
        )
    if "status of:" in message or "currently in the state" in message or STATE.search(code):
        return InAnotherState(f"Mechanical Turk: {message}", "Fetch the state again, then decide.", code=code)
    return None


def _of_account(outer: str, code: str, message: str) -> PanelError | None:
    if code.endswith("InsufficientFunds") or "insufficient funds" in message.lower():
        return no_funds(message, code=code)
    if _is_throttled(outer, code):
        return PanelBusy(
            "Mechanical Turk asks for fewer requests at a time.", "Wait a minute, then try again.", code=code
        )
    if outer in WRONG_KEYS or code in WRONG_KEYS:
        return PanelRefused(f"Mechanical Turk does not accept the keys: {message}", KEYS, code=code)
    if outer in SIGNATURE or code in SIGNATURE:
        return _signature(code, message)
    return None


def _signature(code: str, message: str) -> PanelError:
    if any(word in message.lower() for word in ("expired", "not yet current", "skew")) or "Time" in code:
        return PanelRefused(
            "Mechanical Turk says that this machine's clock is wrong.",
            "Set the clock (a time service such as chrony keeps it right), then try again.",
            code=code,
        )
    if "scoped to a valid region" in message.lower() or "credential should be scoped" in message.lower():
        return PanelRefused(
            "The request was signed for a region that Mechanical Turk is not in.",
            "Mechanical Turk is in us-east-1 only: look at AWS_ENDPOINT_URL_MTURK.",
            code=code,
        )
    return PanelRefused("Mechanical Turk does not accept the signature: the secret key is wrong.", KEYS, code=code)


def _of_values(code: str, message: str, operation: str) -> PanelError | None:
    if code.endswith("InvalidMaximumAssignmentsIncrease"):
        return PanelRefused(
            "A HIT made with fewer than 10 assignments can never have 10 or more.",
            "Add the places in a HIT beside it.",
            code=code,
        )
    if code in INVALID or code.endswith(tuple(INVALID)):
        return PanelRefused(
            f"Mechanical Turk does not take a value of {operation}: {message}",
            "Correct it in the study file, then publish again.",
            code=code,
        )
    return None


def no_funds(detail: str, *, code: str = "InsufficientFunds") -> PanelRefused:
    """Say that the account cannot pay for it."""
    return PanelRefused(
        f"The account at Mechanical Turk does not hold enough for this. {detail}".strip(),
        "Add funds on the requester's site, then try again: what was made stays, and is not made twice.",
        code=code,
    )
