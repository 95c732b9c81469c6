"""Results on disk: files by the hash of their content, records by the hash of what they came from."""

import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast


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

    Files are in ``blobs/ab/abcd…``, records in ``records/ab/abcd….json``. A process that is killed leaves complete
    files only.
    """

    root: Path

    def put_blob(self, data: bytes) -> str:
        """Keep a file and return its SHA-256 (64 hexadecimal digits)."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.has_blob(sha256):
            self._write(self.path(sha256), data)
        return sha256

    def path(self, sha256: str) -> Path:
        """Return where a file is, or would be."""
        return self.root / "blobs" / sha256[:2] / sha256

    def has_blob(self, sha256: str) -> bool:
        """Tell whether a file is there."""
        return self.path(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """Return a file's bytes; FileNotFoundError when it is not there."""
        return self.path(sha256).read_bytes()

    def put_record(self, key: str, record: dict[str, Any]) -> None:
        """Keep a record under the hexadecimal key of what it came from, in place of an earlier one."""
        self._write(self._record_path(key), canonical(record) + b"\n")

    def get_record(self, key: str) -> dict[str, Any] | None:
        """Return a record, None when there is none.

        Raises
        ------
        StoreError
            When the file is not what was written.
        """
        path = self._record_path(key)
        try:
            return cast("dict[str, Any]", json.loads(path.read_bytes()))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise StoreError(f"{path} is damaged: delete it and run the same command again") from error

    def damaged(self) -> Iterator[Path]:
        """Yield each file whose content is not what its name says, and each record that cannot be read."""
        for path in sorted(self.root.glob("blobs/??/[0-9a-f]*")):
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
                yield path
        for path in sorted(self.root.glob("records/??/[0-9a-f]*.json")):
            if not _is_json(path):
                yield path

    def _record_path(self, key: str) -> Path:
        return self.root / "records" / key[:2] / f"{key}.json"

    def _write(self, path: Path, data: bytes) -> None:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            for folder in (path.parent.parent, self.root):
                _flush_folder(folder)
        write_atomically(path, data)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True
