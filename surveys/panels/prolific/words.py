"""The service's errors, in words with a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surveys.panels.base import PanelBusy, PanelError, PanelRefused, PanelUnsure
from surveys.panels.prolific.people import without_ids

TOKEN = "Make a token on Prolific's page of API tokens, and set PROLIFIC_API_TOKEN to it."  # noqa: S105
MOST = 500  # characters of a message that are passed on
NO_MONEY = ("balance", "insufficient", "not enough funds", "top up")


class InAnotherState(PanelRefused):
    """The thing is not in a state for this: perhaps because it has happened."""


class Gone(PanelRefused):
    """The service does not know the thing."""


def in_words(status: int, body: Any, doing: str, *, hide: tuple[str, ...] = ()) -> PanelError:
    """Turn an error reply into ours.

    Parameters
    ----------
    body
        The reply as it was parsed; None where it was no JSON.
    hide
        What must not be repeated: people's ids and secret codes that were sent along.
    """
    error = _error(body)
    said = without_ids(_detail(error), *hide)[:MOST]
    code = f"{status}/{error.get('error_code', '')}".rstrip("/")
    if status >= 500:
        return PanelUnsure(
            f"Prolific failed while it worked on “{doing}”: {said or status}",
            "Try again: it looks first, and nothing is made twice.",
            code=code,
        )
    return _refused(status, said, doing, code)


def busy(seconds: float) -> PanelBusy:
    """Say that the service asks for patience."""
    wait = f"{seconds:.0f} seconds" if seconds >= 1 else "a minute"
    return PanelBusy("Prolific asks for fewer requests at a time.", f"Wait {wait}, then try again.", code="429")


def no_funds(detail: str, *, code: str = "balance") -> PanelRefused:
    """Say that the account cannot pay for it."""
    return PanelRefused(
        f"The workspace at Prolific does not hold enough for this. {detail}".strip(),
        "Add funds on Prolific's page Finance, then try again: what was made stays, and is not made twice.",
        code=code,
    )


def _refused(status: int, said: str, doing: str, code: str) -> PanelRefused:
    low = said.lower()
    if status == 401:
        return PanelRefused("Prolific does not accept the token.", TOKEN, code=code)
    if status == 402 or any(word in low for word in NO_MONEY):
        return no_funds(said, code=code)
    if status == 403:
        return PanelRefused(
            f"The token may not do this at Prolific ({doing}). {said}".strip(),
            "Ask for the right to it in the workspace, or use the token of somebody who has it.",
            code=code,
        )
    if status == 404:
        return Gone("Prolific does not know this id.", "It may be of another account, or removed.", code=code)
    if status == 409 or "status" in low or "transition" in low:
        return InAnotherState(f"Prolific: {said or status}", "Fetch the state again, then decide.", code=code)
    return PanelRefused(
        f"Prolific does not take a value of “{doing}”: {said or status}",
        "Correct it in the study file, then publish again.",
        code=code,
    )


def _error(body: Any) -> Mapping[str, Any]:
    """Return the part of a reply that says what is wrong: some endpoints wrap it, some do not."""
    if not isinstance(body, Mapping):
        return {}
    inner = body.get("error", body)
    return inner if isinstance(inner, Mapping) else {"detail": inner}


def _detail(error: Mapping[str, Any]) -> str:
    parts = [
        _flat(error.get("detail")) or str(error.get("title") or ""),
        str(error.get("additional_information") or ""),
    ]
    return " ".join(" ".join(parts).split())


def _flat(detail: Any) -> str:
    if isinstance(detail, Mapping):
        return "; ".join(f"{name}: {_flat(one)}" for name, one in detail.items())
    if isinstance(detail, list):
        return ", ".join(map(_flat, detail))
    return "" if detail is None else str(detail)
