"""The files that commands are given and those that they make, some for the eyes of whoever runs them alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from django.core.management.base import CommandError


def contents(path: Path) -> bytes:
    """Return what a file holds.

    Raises
    ------
    CommandError
        It can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path} can't be read ({error.strerror}): check the path."
        raise CommandError(msg) from error


@contextmanager
def new_private_file(path: Path) -> Iterator[TextIO]:
    """Open a new file for writing that only its owner can read; if the block fails, it is removed.

    Raises
    ------
    CommandError
        There is something at the path, or nothing can be written there.
    """
    with _removed_on_failure(path, _opened(path, 0o600)) as file:
        yield file


@contextmanager
def new_file(path: Path) -> Iterator[TextIO]:
    """Open a new file for writing; if the block fails, it is removed.

    Raises
    ------
    CommandError
        There is something at the path, or nothing can be written there.
    """
    with _removed_on_failure(path, _opened(path, 0o666)) as file:
        yield file


def settle(file: TextIO) -> None:
    """Wait until the disk has what was written."""
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _removed_on_failure(path: Path, file: TextIO) -> Iterator[TextIO]:
    try:
        with file:
            yield file
    except BaseException:
        path.unlink()
        raise


def _opened(path: Path, mode: int) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8", newline="")
    except FileExistsError as error:
        msg = f"{path} exists already and may hold what can't be made again: choose another file."
        raise CommandError(msg) from error
    except OSError as error:
        msg = f"{path} can't be written ({error.strerror}): choose another file."
        raise CommandError(msg) from error
