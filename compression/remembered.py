"""A store whose records are read once in a run: a finished record never changes."""

from dataclasses import dataclass, field
from typing import Any

from compression.store import Store


@dataclass(frozen=True, slots=True)
class Remembered(Store):
    """Remembers finished records of another store; it stays in the process that made it."""

    _records: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, store: Store) -> "Remembered":
        """Return a view of a store that remembers."""
        return store if isinstance(store, cls) else cls(store.root)

    def get_record(self, key: str) -> dict[str, Any] | None:
        """Return a record, None when there is none; one of a failure is read again, since it may be made anew."""
        if key in self._records:
            return self._records[key]
        record = Store.get_record(self, key)
        if record is not None and record.get("state") != "failed" and "error" not in record:
            self._records[key] = record
        return record
