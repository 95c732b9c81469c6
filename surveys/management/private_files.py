"""Files that only whoever runs a command can read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

from django.core.management.base import CommandError


def new_private_file(path: Path) -> TextIO:
    """Open a new file for writing that only its owner can read.

    Raises
    ------
    CommandError
        There is something at the path, or nothing can be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")
    except FileExistsError as error:
        msg = f"{path} exists already and may hold what can't be made again: choose another file."
        raise CommandError(msg) from error
    except OSError as error:
        msg = f"{path} can't be written ({error.strerror}): choose another file."
        raise CommandError(msg) from error
