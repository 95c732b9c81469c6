"""Results on disk: files by the hash of their content, records by the hash of what they came from."""

import errno
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast


class StoreError(Exception):
    """The store's folder holds something it should not; the message says what to do."""


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value, whatever the order of its keys."""
    return hashlib.sha256(canonical(value)).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Put a complete file in place, or none: flushed to disk before it gets its name, the name before returning."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex}"
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _flush_folder(path.parent)


def _link_atomically(path: Path, data: bytes) -> bool:
    """Put a complete file in place unless one is there, as :func:`write_atomically` does; one of two racers wins."""
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex}"
    write_atomically(temporary, data)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    _flush_folder(path.parent)
    return True


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there, and names are journalled anyway
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Store:
    """Content-addressed files and records below one folder; several processes may use it at once.

    Files are in ``blobs/ab/abcd…``, records in ``records/ab/abcd….json``, further small files under names of their own.
    A process that is killed leaves complete files only. A store elsewhere is a subclass with other ``put``, ``get``,
    ``has``, ``open``, ``create`` and ``names``.
    """

    root: Path

    @property
    def address(self) -> str:
        """Where it is, in words."""
        return str(self.root)

    def put_blob(self, data: bytes) -> str:
        """Keep a file and return its SHA-256 (64 hexadecimal digits)."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.has_blob(sha256):
            self.put(blob_name(sha256), data)
        return sha256

    def path(self, sha256: str) -> Path:
        """Return where a file is, or would be, in a store that is a folder."""
        return self.root / blob_name(sha256)

    def has_blob(self, sha256: str) -> bool:
        """Tell whether a file is there."""
        return self.has(blob_name(sha256))

    def read(self, sha256: str) -> bytes:
        """Return a file's bytes; FileNotFoundError when it is not there."""
        data = self.get(blob_name(sha256))
        if data is None:
            raise FileNotFoundError(errno.ENOENT, "is not there", f"{self.address}/{blob_name(sha256)}")
        return data

    def open(self, sha256: str) -> BinaryIO:
        """Return a file to read from; FileNotFoundError when it is not there."""
        return self.path(sha256).open("rb")

    def intact(self, sha256: str) -> bytes:
        """Return a file's bytes after hashing them again.

        Raises
        ------
        StoreError
            When they are not what was written.
        """
        data = self.read(sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            where = f"{self.address}/{blob_name(sha256)}"
            raise StoreError(f"{where} is damaged: delete it and run the same command again")
        return data

    def put_record(self, key: str, record: dict[str, Any]) -> None:
        """Keep a record under the hexadecimal key of what it came from, in place of an earlier one."""
        self.put(record_name(key), canonical(record) + b"\n")

    def get_record(self, key: str) -> dict[str, Any] | None:
        """Return a record, None when there is none.

        Raises
        ------
        StoreError
            When the file is not what was written.
        """
        data = self.get(record_name(key))
        if data is None:
            return None
        try:
            return cast("dict[str, Any]", json.loads(data))
        except ValueError as error:
            where = f"{self.address}/{record_name(key)}"
            raise StoreError(f"{where} is damaged: delete it and run the same command again") from error

    def put(self, name: str, data: bytes) -> None:
        """Keep a file under a name, in place of an earlier one."""
        path = self.root / name
        self._make_folder(path)
        write_atomically(path, data)

    def get(self, name: str) -> bytes | None:
        """Return what is kept under a name, None when there is nothing."""
        try:
            with open(f"{self.root}/{name}", "rb") as file:  # noqa: PTH123  a path object costs more than the read
                return file.read()
        except FileNotFoundError:
            return None

    def has(self, name: str) -> bool:
        """Tell whether something is kept under a name."""
        return os.path.exists(f"{self.root}/{name}")  # noqa: PTH110  as above

    def create(self, name: str, data: bytes) -> bool:
        """Keep a small file under a name of its own unless there is one; tell whether it was this call that made it."""
        path = self.root / name
        self._make_folder(path)
        return _link_atomically(path, data)

    def names(self, prefix: str) -> Iterator[str]:
        """Yield the names, in order, that begin with a prefix."""
        folder = self.root / prefix.rpartition("/")[0]
        for path in sorted(folder.rglob("[!.]*")):
            name = path.relative_to(self.root).as_posix()
            if name.startswith(prefix) and path.is_file():
                yield name

    def _make_folder(self, path: Path) -> None:
        if path.parent.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.parent.relative_to(self.root)
        for folder in (new, *new.parents):
            _flush_folder(self.root / folder)


def blob_name(sha256: str) -> str:
    """Return the name of a content-addressed file."""
    return f"blobs/{sha256[:2]}/{sha256}"


def record_name(key: str) -> str:
    """Return the name of a record."""
    return f"records/{key[:2]}/{key}.json"
