"""Hash everything again that was built, and name what differs from what was written."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compression.store import Store, blob_name
from compression.types import Caption, Plan

HASHES = ("sha256", "rendition_sha256", "original_rendition_sha256")
AGAIN = "delete it and build again"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it was written: where, what, and what to do."""

    where: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where} {self.message}: {self.remedy}"


def in_store(store: Store) -> Iterator[Difference | None]:
    """Check a store; yields once per file, None where all is well.

    Files are hashed again and held against their names, records are read, and what they name must be there.
    """
    for name in store.names("blobs/"):
        data = store.get(name) or b""
        expected, found = name.rpartition("/")[2], hashlib.sha256(data).hexdigest()
        yield (
            None if expected == found else Difference(f"{store.address}/{name}", f"is damaged (sha256 {found})", AGAIN)
        )
    for name in store.names("records/"):
        yield _record(store, name)


def _record(store: Store, name: str) -> Difference | None:
    where = f"{store.address}/{name}"
    try:
        record = json.loads(store.get(name) or b"")
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return Difference(where, "is damaged (no JSON)", AGAIN)
    sha256 = record.get("sha256")
    if sha256 and not store.has_blob(sha256):
        return Difference(f"{store.address}/{blob_name(sha256)}", f"is missing, and {name} names it", "build again")
    return None


def in_table(out: Path, store: Store) -> Iterator[Difference | None]:
    """Check ``stimuli.csv`` and the files of ``provenance/``; yields once per stimulus."""
    path = out / "stimuli.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield from (_row(row, store) or [None])
            yield _sidecar(out, row)


def _row(row: Mapping[str, str], store: Store) -> list[Difference | None]:
    lost = [row[name] for name in HASHES if row.get(name) and not store.has_blob(row[name])]
    found: list[Difference | None] = [
        Difference(f"{store.address}/{blob_name(sha256)}", f"is missing, and {row['stimulus']} names it", "build again")
        for sha256 in lost
    ]
    if row["family"] == "textual" and row["caption"]:
        size = Caption(row["original"], row["caption"]).size_bytes
        if str(size) != row["size_bytes"]:
            said = f"says {row['size_bytes']} bytes for a caption of {size}"
            found.append(Difference(f"stimuli.csv: {row['stimulus']}", said, "build again"))
    if row["sha256"] and not lost and str(len(store.read(row["sha256"]))) != row["file_bytes"]:
        found.append(
            Difference(f"stimuli.csv: {row['stimulus']}", "says another size than its file has", "build again")
        )
    return found


def _sidecar(out: Path, row: Mapping[str, str]) -> Difference | None:
    path = out / "provenance" / f"{row['stimulus']}.json"
    try:
        said = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Difference(str(path), "is missing", "build again")
    except ValueError:
        return Difference(str(path), "is damaged (no JSON)", "build again")
    for name in ("sha256", "rendition_sha256", "caption", "state"):
        if (said.get(name) or "") != row[name]:
            return Difference(str(path), f"has another {name} than stimuli.csv", "build again")
    return None


def in_originals(plan: Plan, out: Path) -> Iterator[Difference | None]:
    """Hold the originals against what stimuli say they were made from; yields once per original."""
    recorded = _recorded(out)
    for original in plan.originals:
        found = {sha256 for slug, sha256 in recorded if slug == original.slug}
        if original.path is None and found:
            yield Difference(original.slug, "is gone, and stimuli were made from it", "put the file back")
        elif found - {original.sha256}:
            yield Difference(
                str(original.path), f"is not the file that stimuli were made from (sha256 {original.sha256})",
                "put the old file back, or build again",
            )  # fmt: skip
        else:
            yield None


def _recorded(out: Path) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for path in sorted((out / "provenance").glob("*.json")):
        try:
            said: dict[str, Any] = json.loads(path.read_bytes())
        except ValueError:
            continue  # in_table names it
        sha256 = said.get("provenance", {}).get("original", {}).get("sha256")
        if sha256:
            found.add((said["original"], sha256))
    return found
