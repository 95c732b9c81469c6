"""Pick some of several options."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from surveys.instruments.questions.base import Asked, NoAnswerError, Strict


class Option(Strict):
    """One thing that can be picked."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    text: Annotated[str, Field(min_length=1, max_length=80)]


class Choice(Asked):
    """From ``min`` to ``max`` of the options, as toggles or drop-down lists."""

    SECONDS: ClassVar[int] = 10

    kind: Literal["choice"]
    min: Annotated[int, Field(ge=0, le=20)] = 1
    max: Annotated[int, Field(ge=1, le=20)]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=60)]
    control: Literal["toggles", "dropdown"] = "toggles"

    @model_validator(mode="after")
    def _possible(self) -> Choice:
        if len({option.id for option in self.options}) < len(self.options):
            msg = "options: an id occurs twice"
            raise ValueError(msg)
        if not self.min <= self.max <= len(self.options):
            msg = f"min and max: {self.min} to {self.max} of {len(self.options)} options can't be picked"
            raise ValueError(msg)
        return self

    def check(self, value: Any) -> list[str]:
        """Return the ids in the order of choosing."""
        known = {option.id for option in self.options}
        if not isinstance(value, list) or not all(isinstance(one, str) and one in known for one in value):
            raise NoAnswerError(_("Please choose among the words on the page."))
        if len(set(value)) < len(value) or not self.min <= len(value) <= self.max:
            raise NoAnswerError(_("Please choose %(min)s to %(max)s of them.") % {"min": self.min, "max": self.max})
        return value
