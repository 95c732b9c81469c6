"""A store whose records are read once in a run: a finished record never changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from compression.store import Store


@dataclass(frozen=True, slots=True)
class Remembered(Store):
    """Remembers finished records of another store; it stays in the process that made it."""

    _inner: Store | None = None
    _records: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, store: Store) -> "Remembered":
        """Return a view of a store that remembers."""
        return store if isinstance(store, cls) else cls(store.root, store)

    @property
    def inner(self) -> Store:
        """The store itself."""
        assert self._inner is not None, "made by of()"
        return self._inner

    @property
    def address(self) -> str:
        """Where the store itself is, in words."""
        return self.inner.address

    def get_record(self, key: str) -> dict[str, Any] | None:
        """Return a record, None when there is none; one of a failure is read again, since it may be made anew."""
        if key in self._records:
            return self._records[key]
        record = self.inner.get_record(key)
        if record is not None and record.get("state") != "failed" and "error" not in record:
            self._records[key] = record
        return record

    def put(self, name: str, data: bytes) -> None:
        """Keep a file in the store itself."""
        self.inner.put(name, data)

    def get(self, name: str) -> bytes | None:
        """Read a file of the store itself."""
        return self.inner.get(name)

    def open(self, sha256: str) -> BinaryIO:
        """Open a file of the store itself."""
        return self.inner.open(sha256)

    def has(self, name: str) -> bool:
        """Ask the store itself."""
        return self.inner.has(name)

    def create(self, name: str, data: bytes) -> bool:
        """Create a file in the store itself."""
        return self.inner.create(name, data)

    def names(self, prefix: str) -> Iterator[str]:
        """List the store itself."""
        return self.inner.names(prefix)
