"""What the service says no with."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818
    """An error reply."""

    def __init__(self, status: int, title: str, detail: Any, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{title}: {detail}")
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Return the envelope that the service wraps an error in."""
        return {
            "error": {
                "status": self.status,
                "error_code": 140000 + self.status,
                "title": self.title,
                "detail": self.detail,
            }
        }


def invalid(**fields: str) -> Refusal:
    """Return what values that do not fit hear: each field with its problems."""
    return Refusal(400, "Bad request", {name: [problem] for name, problem in fields.items()})


def wrong_state(what: str, now: str, action: str) -> Refusal:
    """Return what an action hears that came at the wrong time."""
    return Refusal(400, "Bad request", f"{what} with status {now} cannot do the transition {action}.")


def gone(what: str) -> Refusal:
    """Return what an unknown id hears."""
    return Refusal(404, "Not found", f"No such {what}.")


def no_funds() -> Refusal:
    """Return what a workspace without money hears."""
    return Refusal(400, "Bad request", "The available balance of your workspace is insufficient.")


def too_many(seconds: float) -> Refusal:
    """Return what is heard by who asks too often."""
    return Refusal(429, "Too many requests", "Try again later.", headers={"Retry-After": f"{seconds:g}"})
