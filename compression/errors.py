"""The errors of this package: each says what is wrong and what to do next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a study: where it stands, what it is and how to put it right."""

    file: str
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {self.message}: {self.remedy}"


class StudyError(Exception):
    """A study cannot be read or resolved.

    Parameters
    ----------
    problems
        Everything that was found, so that one run of the command names all of it.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class RemediedError(Exception):
    """An error in two parts: what is wrong, and what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(message, remedy)

    def __str__(self) -> str:
        return f"{self.message}: {self.remedy}" if self.remedy else self.message


class PictureError(RemediedError):
    """A file is not a picture that can be used."""


class MissingFile(RemediedError):  # noqa: N818  reads better where a backend raises it
    """A file that is needed is not there, or is empty."""


class StopRun(RemediedError):  # noqa: N818  it ends a run in good order
    """No further paid call of this run may be made: a cap is reached, or the service refuses all of them."""


class UnsafePathError(RemediedError):
    """A path leads out of the study's folder."""


class AmbiguousFileError(RemediedError):
    """Two files answer to one name."""


@dataclass
class InfeasibleError(Exception):
    """The asked size cannot be reached by this codec without a larger file than asked.

    Attributes
    ----------
    reason
        In words, with the smallest reachable size.
    parameters
        Settings and numbers for the record, among them ``smallest_bytes`` and ``target_bytes``.
    """

    reason: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.reason
