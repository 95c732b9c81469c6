"""The store: complete files or none."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compression.store import Store, StoreError, digest, write_atomically
from tests.compression.worlds import differences

KEY = "ab" * 32


def test_what_is_put_is_read_by_its_hash(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sha256 = store.put_blob(b"picture")
    assert store.read(sha256) == b"picture"
    assert store.path(sha256).parent.name == sha256[:2]
    assert not store.has_blob("0" * 64)
    with pytest.raises(FileNotFoundError):
        store.read("0" * 64)


def test_the_same_content_is_written_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = store.path(store.put_blob(b"x")).stat()
    assert store.path(store.put_blob(b"x")).stat().st_ino == first.st_ino


def test_a_record_replaces_the_one_before(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.get_record(KEY) is None
    store.put_record(KEY, {"n": 1})
    store.put_record(KEY, {"n": 2, "words": "é"})
    assert store.get_record(KEY) == {"n": 2, "words": "é"}


def test_a_damaged_record_says_what_to_do(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put_record(KEY, {})
    next(tmp_path.glob("records/*/*")).write_bytes(b"{")
    with pytest.raises(StoreError, match="delete it and run the same command again"):
        store.get_record(KEY)


def test_damage_is_found_by_hashing_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    good, bad = store.put_blob(b"good"), store.put_blob(b"bad")
    store.put_record(KEY, {})
    assert differences(store) == []
    store.path(bad).write_bytes(b"worse")
    next(tmp_path.glob("records/*/*")).write_bytes(b"{")
    assert [one.where.rpartition("/")[2] for one in differences(store)] == [bad, f"{KEY}.json"]
    assert store.read(good) == b"good"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    write_atomically(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_many_writers_of_one_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with ThreadPoolExecutor(8) as executor:
        hashes = set(executor.map(lambda number: store.put_blob(b"same" * 10_000), range(64)))
        list(executor.map(lambda number: store.put_record(KEY, {"n": number}), range(64)))
    assert len(hashes) == 1
    assert differences(store) == []
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=8
)


@given(st.dictionaries(st.text(), JSON))
def test_a_digest_does_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    assert digest(value) == digest(dict(reversed(value.items())))
