"""Collects what is wrong with a study, so that all of it can be said at once."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from compression import images
from compression.errors import (
    AmbiguousFileError,
    MissingFile,
    PictureError,
    Problem,
    RemediedError,
    StudyError,
    UnsafePathError,
)
from compression.methods import UnknownBackendError, setting_problems
from compression.types import Source

MAX_FILE_BYTES = 256 * 1024 * 1024


@dataclass(slots=True)
class Findings:
    """The problems of one study file, and its rule for missing files.

    Attributes
    ----------
    file
        How messages call the study file.
    recording
        Whether a missing file is a condition of the study rather than a problem.
    """

    file: str
    recording: bool
    problems: list[Problem] = field(default_factory=list)

    def add(self, key: str, message: str, remedy: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.file, key, message, remedy))

    @contextmanager
    def collect(self, key: str) -> Iterator[None]:
        """Note what goes wrong inside instead of stopping at it."""
        try:
            yield
        except StudyError as error:
            self.problems.extend(error.problems)
        except ValidationError as error:
            self.problems.extend(setting_problems(error, self.file, key))
        except UnknownBackendError as error:
            self.add(key, error.message, error.remedy)
        except (UnsafePathError, AmbiguousFileError) as error:
            self.add(key, error.message, error.remedy)

    def source(self, find: Callable[[], Path], key: str, sha256: str = "") -> Source:
        """Look a picture up, hash it and read its header.

        Parameters
        ----------
        find
            Returns the path or raises one of this package's errors.
        sha256
            When given, only that very file will do.
        """
        try:
            return self._checked(_read(find()), key, sha256)
        except (MissingFile, PictureError) as error:
            if not self.recording:
                self.add(key, error.message, f'{error.remedy}, or set missing_files = "record"')
            return Source(None, reason=error.message)
        except RemediedError as error:
            self.add(key, error.message, error.remedy)
            return Source(None, reason=str(error))

    def _checked(self, source: Source, key: str, sha256: str) -> Source:
        if sha256 and source.sha256 != sha256:
            self.add(key, f"is another file than the one pinned (its sha256 is {source.sha256})", "put that one back")
        return source


def _read(path: Path) -> Source:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise PictureError(f"{path.name} is larger than {MAX_FILE_BYTES // 2**20} MiB", "scale it down first")
    data = path.read_bytes()
    width, height = images.probe(data, path.name)
    return Source(path, hashlib.sha256(data).hexdigest(), len(data), "", width, height)
