"""The kinds of questions, one file each: what an instrument may ask, and which values answer it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from surveys.instruments.questions.base import NoAnswerError
from surveys.instruments.questions.choice import Choice
from surveys.instruments.questions.instructed import Instructed
from surveys.instruments.questions.rating import Rating, Scale
from surveys.instruments.questions.text import Text
from surveys.instruments.questions.words import WordsInOrder

Question = Annotated[Rating | Instructed | WordsInOrder | Text | Choice, Field(discriminator="kind")]

__all__ = ["Choice", "Instructed", "NoAnswerError", "Question", "Rating", "Scale", "Text", "WordsInOrder"]
