"""A rating on a scale of whole numbers; nothing is chosen beforehand."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from surveys.instruments.questions.base import Asked, Hint, NoAnswerError, Strict


class Scale(Strict):
    """Whole numbers from ``min`` to ``max`` with words at the two ends."""

    min: Annotated[int, Field(ge=0, le=1)] = 1
    max: Annotated[int, Field(ge=2, le=11)]
    low: Annotated[str, Field(min_length=1, max_length=80)]
    high: Annotated[str, Field(min_length=1, max_length=80)]

    def check(self, value: Any) -> int:
        """Return a number of the scale, or raise a NoAnswerError."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.min <= value <= self.max:
            raise NoAnswerError(
                _("The answer must be a whole number from %(min)s to %(max)s.") % {"min": self.min, "max": self.max}
            )
        return value


class Rating(Asked):
    """One number of a scale; ``anchors`` say in words what some of the numbers mean."""

    kind: Literal["rating"]
    scale: Scale
    anchors: dict[Annotated[str, Field(pattern=r"^\d{1,2}$")], Hint] | None = None

    @model_validator(mode="after")
    def _on_the_scale(self) -> Rating:
        outside = [key for key in self.anchors or {} if not self.scale.min <= int(key) <= self.scale.max]
        if outside:
            msg = f"anchors: {outside[0]} is not on the scale from {self.scale.min} to {self.scale.max}"
            raise ValueError(msg)
        return self

    def check(self, value: Any) -> int:
        """Return a number of the scale."""
        return self.scale.check(value)
