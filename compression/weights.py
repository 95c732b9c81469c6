"""The files of a model: where they are, and what identifies them; without importing a library that runs models."""

import hashlib
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from compression.files import Files
from compression.store import digest

HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
WEIGHTS = {".safetensors", ".bin"}
PARTS = WEIGHTS | {".json", ".txt", ".model"}


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's files: in ``folder``, or under its name and revision in the hub's cache when that is None."""

    model: str
    revision: str | None
    folder: Path | None
    searched: tuple[Path, ...]

    @property
    def there(self) -> bool:
        """Tell whether loading may begin: the files are here, or may be fetched."""
        return self.folder is not None or (
            bool(HUB_NAME.fullmatch(self.model)) and (not offline() or bool(self.commit))
        )

    @property
    def commit(self) -> str:
        """Commit of the hub's repository whose files are in the cache; empty when unknown."""
        return "" if self.folder or not HUB_NAME.fullmatch(self.model) else _cached_commit(self.model, self.revision)

    def versions(self, backend: str) -> dict[str, str]:
        """Return what decides the results of these files; without torch, so that planning can ask."""
        if self.folder:
            return {f"{backend} model": digest(_hashes(self.folder))}
        return {} if self.there else {f"{backend} model": "not on this machine"}

    def provenance(self) -> dict[str, str]:
        """Return the model as a record names it: its name, and its commit or the hash of its weights.

        Of several files of weights it is the hash of the JSON object of their names and hashes.
        """
        named = {"model_asked": self.model} | ({"revision": self.revision} if self.revision else {})
        if self.folder is None:
            return named | ({"revision": self.commit} if self.commit else {})
        weights = {name: sha256 for name, sha256 in _hashes(self.folder).items() if Path(name).suffix in WEIGHTS}
        return named | {"weights_sha256": next(iter(weights.values())) if len(weights) == 1 else digest(weights)}


def offline() -> bool:
    """Tell whether models may only come from this machine (``TWICETOLD_MODELS_OFFLINE``)."""
    return os.environ.get("TWICETOLD_MODELS_OFFLINE", "").lower() in {"1", "true", "yes", "on"}


def find(model: str, revision: str | None, root: Path) -> Weights:
    """Look a model up below the study's folder, then below ``TWICETOLD_MODELS``; else it is a name on the hub.

    Raises
    ------
    UnsafePathError
        When the name is a path that leads out of these folders.
    """
    deployment = os.environ.get("TWICETOLD_MODELS", "")
    searched = tuple(Files(Path(folder)).below(model) for folder in (root, deployment) if folder)
    return Weights(model, revision, next((path for path in searched if path.is_dir()), None), searched)


def given(model: str, revision: str | None, root: Path) -> Weights:
    """Return a model that an operator names: any folder, or what a study file could name."""
    path = Path(model).expanduser()
    if path.is_dir():
        return Weights(path.resolve().name, revision, path, (path,))
    return Weights(model, revision, None, (path,)) if path.is_absolute() else find(model, revision, root)


def versions_of(*packages: str) -> dict[str, str]:
    """Return the versions of installed packages without importing them."""
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _hashes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in PARTS and path.is_file())
    return {str(path.relative_to(folder).as_posix()): _sha256(path, *_stamp(path)) for path in files}


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


@lru_cache(maxsize=1024)
def _sha256(path: Path, size_bytes: int, changed_ns: int) -> str:
    """Hash a file once per process, unless it changes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cached_commit(model: str, revision: str | None) -> str:
    from huggingface_hub import try_to_load_from_cache

    for name in ("config.json", "model_index.json"):
        if isinstance(path := try_to_load_from_cache(model, name, revision=revision), str):
            return Path(path).parent.name
    return ""
