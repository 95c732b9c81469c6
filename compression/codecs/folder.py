"""A codec whose files exist already, for example those that authors published."""

from pathlib import Path

from pydantic import Field

from compression.files import Files
from compression.settings import Settings


class FolderSettings(Settings):
    """Where the files are: ``<folder>/<original><suffix>.<any allowed extension>``."""

    folder: str = Field(min_length=1)
    suffix: str = Field(default="", pattern=r"^[A-Za-z0-9_.-]{0,40}$")


class FolderCodec:
    """Finds the file of an original; nothing is encoded."""

    def __init__(self, settings: FolderSettings, files: Files) -> None:
        self._settings = settings
        self._files = files

    def source(self, original: str) -> Path:
        """Path of the file for an original's slug.

        Raises
        ------
        MissingFile, AmbiguousFileError, UnsafePathError
        """
        return self._files.picture(f"{self._settings.folder}/{original}{self._settings.suffix}")
