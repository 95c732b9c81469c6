"""The files of a study: every path stays below one folder, also through links."""

import hashlib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from compression.errors import AmbiguousFileError, MissingFile, PictureError, UnsafePathError

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".gif")


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _stem(name: str) -> str:
    path = PurePosixPath(name)
    return _fold(path.stem if path.suffix.lower() in EXTENSIONS else path.name)


@dataclass(frozen=True, slots=True)
class Files:
    """Looks files up below ``root`` and nowhere else; each folder is listed once."""

    root: Path
    _listed: dict[Path, dict[str, list[Path]]] = field(default_factory=dict, compare=False, repr=False)

    def below(self, relative: str) -> Path:
        """Return the path for a name from the study file; it need not exist.

        Raises
        ------
        UnsafePathError
            When it is absolute, climbs with ``..``, or a link leads out of ``root``.
        """
        name = PurePosixPath(relative.replace("\\", "/"))
        if not relative or "\0" in relative or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            raise UnsafePathError(
                f'"{relative}" is not a path below the study\'s folder', 'write it relative, without ".."'
            )
        path = self.root / name
        self._stays(path, relative)
        return path

    def _stays(self, path: Path, relative: str) -> None:
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise UnsafePathError(
                f'"{relative}" leads out of the study\'s folder through a link', "copy the file into it"
            )

    def picture(self, relative: str) -> Path:
        """Find a picture by its stem with any allowed extension, in any case of letters.

        Raises
        ------
        MissingFile, AmbiguousFileError, UnsafePathError
        """
        wanted = self.below(relative)
        hits = self._pictures(wanted.parent).get(_stem(wanted.name), [])
        if len(hits) > 1:
            names = " and ".join(path.name for path in hits)
            raise AmbiguousFileError(f"{relative} could be {names}", "keep one of them")
        if not hits:
            raise MissingFile(f"there is no {relative}", "put the file there, or drop it from the study file")
        self._stays(hits[0], relative)
        return hits[0]

    def _pictures(self, folder: Path) -> dict[str, list[Path]]:
        if folder not in self._listed:
            found: dict[str, list[Path]] = {}
            for path in sorted(folder.iterdir()) if folder.is_dir() else []:
                if path.suffix.lower() in EXTENSIONS and not path.is_dir():
                    found.setdefault(_stem(path.name), []).append(path)
            self._listed[folder] = found
        return self._listed[folder]


def unchanged(path: Path, sha256: str) -> bytes:
    """Return the bytes of a file that must still be the one that was hashed."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise PictureError(f"{path.name} changed while the study was built", "run the command again")
    return data
