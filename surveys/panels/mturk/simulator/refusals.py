"""What the service says no with."""

from __future__ import annotations

import time


class Refusal(Exception):  # noqa: N818
    """An error reply: its type, its TurkErrorCode, its HTTP status."""

    def __init__(self, message: str, *, kind: str = "RequestError", code: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.code = code
        self.status = status


def refused(code: str, message: str) -> Refusal:
    """Return a RequestError; like the service's, its message ends in a number of milliseconds."""
    return Refusal(f"{message} ({int(time.time() * 1000)} s)", code=f"AWS.MechanicalTurk.{code}")


def invalid(problems: list[str]) -> Refusal:
    """Return a ValidationException."""
    count = len(problems)
    word = "error" if count == 1 else "errors"
    return Refusal(f"{count} validation {word} detected: {'; '.join(problems)}", kind="ValidationException")


def bad_parameter(name: str, value: object) -> Refusal:
    """Return a ParameterValidationError."""
    return Refusal(f'The value "{value}" is not valid for the parameter {name}.', kind="ParameterValidationError")


def no_funds() -> Refusal:
    """Return what an account without funds hears."""
    return refused(
        "InsufficientFunds",
        "This Requester has insufficient funds in their account to complete this transaction. "
        "Please visit https://requester.mturk.com/prepayments/new to add funds.",
    )


def wrong_state(what: str, now: str, allowed: str) -> Refusal:
    """Return what an operation says that came at the wrong time."""
    return refused(
        f"Invalid{what}State",
        f"This {what} is currently in the state '{now}'. This operation can be called with a status of: {allowed}",
    )


def gone(what: str, identifier: str) -> Refusal:
    """Return what an unknown id hears."""
    return refused(f"{what}DoesNotExist", f"{what} {identifier} does not exist.")
