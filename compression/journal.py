"""The journal of paid calls: a small file before a call, one when it is sent, one when it ended; none ever changes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal, Protocol, cast

from compression.store import StoreError, canonical

FOLDER = "journal/"
State = Literal["planned", "sent", "done", "failed"]
STATES: tuple[State, ...] = ("planned", "sent", "done", "failed")


class Shelf(Protocol):
    """Where named files are kept: a :class:`compression.store.Store` of whatever kind."""

    def create(self, name: str, data: bytes) -> bool:
        """Keep a file unless there is one; tell whether this call made it."""

    def names(self, prefix: str) -> Iterator[str]:
        """Yield the names that begin with a prefix."""

    def get(self, name: str) -> bytes | None:
        """Return a file, None when there is none."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a call: what the journal has of it.

    Attributes
    ----------
    rows
        By state, as they were written.
    """

    key: str
    number: int
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """How far it came."""
        return next(state for state in reversed(STATES) if state in self.rows)

    @property
    def row(self) -> Mapping[str, Any]:
        """The latest row."""
        return self.rows[self.state]

    @property
    def possibly_billed(self) -> bool:
        """Whether money may have gone without anything to show for it."""
        return self.state == "sent" or (self.state == "failed" and self.row["outcome"] == "unknown")

    @property
    def free(self) -> bool:
        """Whether nothing can have been billed, so that the next run may simply try again."""
        return self.state == "planned" or (self.state == "failed" and self.row["outcome"] in {"wait", "stop"})


@dataclass(frozen=True, slots=True)
class Journal:
    """Reads and writes rows; processes on several machines may share one through their store."""

    shelf: Shelf

    def write(self, key: str, number: int, state: State, row: Mapping[str, Any]) -> bool:
        """Write a row once; tell whether it was this call that wrote it."""
        return self.shelf.create(f"{_folder(key)}{number:04d}-{state}.json", canonical(dict(row)) + b"\n")

    def attempts(self, key: str) -> list[Attempt]:
        """Return the attempts at one call, first to last."""
        return list(self._read(_folder(key)))

    def everything(self) -> Iterator[Attempt]:
        """Yield all attempts there ever were."""
        return self._read(FOLDER)

    def _read(self, prefix: str) -> Iterator[Attempt]:
        names = (name for name in self.shelf.names(prefix) if name.endswith(".json"))
        for start, group in groupby(names, key=lambda name: name.rpartition("-")[0]):
            key, number = start.split("/")[-2:]
            rows = {name.rpartition("-")[2].removesuffix(".json"): self._row(name) for name in group}
            yield Attempt(key, int(number), rows)

    def _row(self, name: str) -> Mapping[str, Any]:
        try:
            return cast("dict[str, Any]", json.loads(self.shelf.get(name) or b""))
        except ValueError as error:
            raise StoreError(f"{name} is damaged: look the call up in the service's account, then delete it") from error


def _folder(key: str) -> str:
    return f"{FOLDER}{key[:2]}/{key}/"
