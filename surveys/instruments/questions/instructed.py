"""An instructed response: a rating whose answer the question itself tells, to see whether it is read."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import model_validator

from surveys.instruments.questions.base import Asked
from surveys.instruments.questions.rating import Scale


class Instructed(Asked):
    """Asked like a rating; what is expected is never sent to the page."""

    SECONDS: ClassVar[int] = 6
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"expected"})

    kind: Literal["instructed"]
    scale: Scale
    expected: int

    @model_validator(mode="after")
    def _can_be_given(self) -> Instructed:
        if not self.scale.min <= self.expected <= self.scale.max:
            msg = f"expected: {self.expected} is not on the scale from {self.scale.min} to {self.scale.max}"
            raise ValueError(msg)
        return self

    def check(self, value: Any) -> int:
        """Return a number of the scale, expected or not."""
        return self.scale.check(value)
