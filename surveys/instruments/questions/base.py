"""What all kinds of questions share."""

from __future__ import annotations

import unicodedata
from abc import abstractmethod
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[str, Field(min_length=1, max_length=300)]
Hint = Annotated[str, Field(max_length=500)]


class NoAnswerError(ValueError):
    """A value is no answer to the question; the message is for the person who gave it."""


class Strict(BaseModel):
    """Data in which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(Strict):
    """One question; each kind says which values answer it.

    ``SECONDS`` is about how long a person takes for it, before there are any times to learn from.
    """

    SECONDS: ClassVar[int] = 8
    HIDDEN: ClassVar[frozenset[str]] = frozenset()  # what never goes to the page

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    text: Words
    notes: tuple[Hint, ...] = ()
    examples: tuple[Hint, ...] = ()

    @abstractmethod
    def check(self, value: Any) -> Any:
        """Return the value as it is kept.

        Raises
        ------
        NoAnswerError
            It does not answer this question.
        """

    def shown(self) -> dict[str, Any]:
        """Return what the page needs to ask it."""
        return self.model_dump(mode="json", exclude_none=True, exclude=set(self.HIDDEN))


def tidy(value: Any, longest: int) -> str:
    """Return a text in NFC on one line without needless space.

    Raises
    ------
    NoAnswerError
        It is empty, too long, or no text.
    """
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise NoAnswerError(_("Please answer in words."))
    shown = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in value)
    text = " ".join(unicodedata.normalize("NFC", shown).split())
    if not text:
        raise NoAnswerError(_("Please write something first."))
    if len(text) > longest:
        raise NoAnswerError(
            _("Please use at most %(longest)s characters; this has %(length)s.")
            % {"longest": longest, "length": len(text)}
        )
    return text
