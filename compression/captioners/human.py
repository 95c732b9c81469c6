"""Captions that people wrote: in a CSV file, whole or by element of the guide, or on the desk's page."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from compression.captioners.caption_file import CaptionFile, without
from compression.errors import Problem, StudyError
from compression.files import Files
from compression.settings import Settings
from compression.types import Caption, Original


class HumanSettings(Settings):
    """Where the captions are: in a ``file``, or written on the desk's ``page``, one of the two.

    With ``optional`` the file, a line of it, or words on the page may be absent: sizes are then unknown. ``without``
    leaves elements of the guide out, where captions are written by element.
    """

    file: str = ""
    page: bool = False
    optional: bool = False
    without: Annotated[str, Field(pattern=r"^a?b?c?d?e?f?$")] = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.file) == self.page:
            msg = 'give either file = "…" or page = true: the captions are in a file, or written on the desk'
            raise ValueError(msg)
        return self


class NothingLeftError(ValueError):
    """A caption consists of nothing but what is to be left out of it."""


class HumanCaptioner:
    """Reads a file of captions and checks every line of it; words of the page come from whoever keeps them."""

    versions: Mapping[str, str] = {}

    def __init__(self, settings: HumanSettings, files: Files) -> None:
        self.optional = settings.optional or settings.page
        self._without = settings.without
        self._file = CaptionFile(files.below(settings.file), settings.file) if settings.file else None

    def caption(self, original: Original) -> Caption | None:
        """Return the caption of one original, None when the file has none for it."""
        return self._found().get(original.slug)

    def captions(self, originals: list[str]) -> Mapping[str, Caption]:
        """Return the captions by original.

        Parameters
        ----------
        originals
            Slugs that the file may speak of.

        Raises
        ------
        StudyError
            With every wrong line: unknown or repeated original, empty or long caption, wrong encoding or header.
            A caption of which nothing is left is no wrong line: it is returned empty, with a note.
        """
        return self._found(set(originals))

    def cut(self, caption: Caption) -> Caption:
        """Return a caption without the elements that this method leaves out.

        Raises
        ------
        ValueError
            When it is not written by element, or nothing would be left (a NothingLeftError).
        """
        if not self._without:
            return caption
        if not caption.elements:
            raise ValueError(f'the caption of "{caption.original}" is not written by element, and "without" is set')
        cut = without(caption, self._without)
        if not cut.text:
            raise NothingLeftError(f'nothing is left of the caption of "{caption.original}" without {self._without}')
        return cut

    def _found(self, originals: set[str] | None = None) -> Mapping[str, Caption]:
        if self._file is None or not self._file.path.is_file():
            return self._absent()
        lines = self._file.lines()
        problems = [] if originals is None else list(self._file.problems(lines, originals))
        found: dict[str, Caption] = {}
        for line in [] if problems else lines:
            try:
                found[line.caption.original] = self.cut(line.caption)
            except NothingLeftError as error:
                slug = line.caption.original
                found[slug] = Caption(slug, "", provenance={"notes": [str(error)]})
            except ValueError as error:
                remedy = "write the file with the columns original,a,b,c,d,e,f, or leave nothing out"
                problems.append(self._file.problem(f"line {line.number}", str(error), remedy))
        if problems:
            raise StudyError(problems)
        return found

    def _absent(self) -> Mapping[str, Caption]:
        if self.optional or self._file is None:
            return {}
        raise StudyError([Problem(self._file.name, "", "is missing", "put the file there, or set optional = true")])
