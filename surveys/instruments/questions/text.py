"""One short text."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from surveys.instruments.questions.base import Asked, Strict, tidy


class Skip(Strict):
    """Skipped exactly when another answer about the same picture names fewer than so many."""

    question: str
    fewer_than: Annotated[int, Field(ge=2, le=10)]


class Text(Asked):
    """A text of at most ``longest`` characters; with ``skip`` there may be nothing to tell."""

    SECONDS: ClassVar[int] = 12

    kind: Literal["text"]
    longest: Annotated[int, Field(ge=1, le=2000)] = 120
    skip: Skip | None = None

    def check(self, value: Any) -> str:
        """Return the text, on one line."""
        return tidy(value, self.longest)
