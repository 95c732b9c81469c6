"""Several short texts in order, the most important first."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from surveys.instruments.questions.base import Asked, NoAnswerError, tidy


class WordsInOrder(Asked):
    """From ``min`` to ``max`` short texts of at most ``longest`` characters each, none twice."""

    SECONDS: ClassVar[int] = 20

    kind: Literal["words"]
    min: Annotated[int, Field(ge=1, le=10)] = 1
    max: Annotated[int, Field(ge=1, le=10)] = 5
    longest: Annotated[int, Field(ge=1, le=500)] = 60

    @model_validator(mode="after")
    def _range(self) -> WordsInOrder:
        if self.min > self.max:
            msg = f"min: {self.min} is more than max, {self.max}"
            raise ValueError(msg)
        return self

    def check(self, value: Any) -> list[str]:
        """Return the texts in the order given."""
        if not isinstance(value, list) or not self.min <= len(value) <= self.max:
            raise NoAnswerError(
                _("Please name %(min)s to %(max)s, one after the other.") % {"min": self.min, "max": self.max}
            )
        texts = [tidy(text, self.longest) for text in value]
        if len({text.casefold() for text in texts}) < len(texts):
            raise NoAnswerError(_("Please name each only once."))
        return texts
