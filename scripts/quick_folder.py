"""Where tests write: in memory where there is room, as thousands of small writes that reach a disk take minutes."""

from __future__ import annotations

import os
from pathlib import Path

IN_MEMORY = Path("/dev/shm")  # noqa: S108 (folders in it have random names and are their owner's alone)
LEAST_BYTES = 4 << 30


def quick_folder(folder: Path = IN_MEMORY) -> Path | None:
    """Return a folder in memory with room for a run of the tests; None (the usual one) where there is none.

    Programs must be allowed to run in it, as some tests write and start one. A TMPDIR of the caller's own is respected.
    """
    if os.environ.get("TMPDIR") or not os.access(folder, os.W_OK):
        return None
    found = os.statvfs(folder)
    runs = not found.f_flag & os.ST_NOEXEC
    return folder if runs and found.f_bavail * found.f_frsize >= LEAST_BYTES else None
