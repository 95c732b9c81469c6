"""The store in a bucket: the same contract as the folder's, over the service's real protocol."""

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from compression.build import build, finished
from compression.methods import PLUGINS
from compression.store import Store, StoreError, digest
from compression.store_s3 import ENDPOINT, S3Store
from compression.stores import StoreAddressError, open_store
from tests.compression import worlds
from tests.compression.worlds import differences

KEY = digest("anything")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(tmp_path / "store") if request.param == "folder" else request.getfixturevalue("bucket")


def test_what_is_put_comes_back(store: Store) -> None:
    sha256 = store.put_blob(b"bytes")
    assert store.has_blob(sha256)
    assert store.read(sha256) == store.intact(sha256) == b"bytes"
    assert not store.has_blob(digest("other"))
    store.put_record(KEY, {"a": 1})
    store.put_record(KEY, {"a": 2})
    assert store.get_record(KEY) == {"a": 2}


def test_what_is_not_there_is_said(store: Store) -> None:
    assert store.get_record(KEY) is None
    assert store.get("journal/none.json") is None
    with pytest.raises(FileNotFoundError, match="is not there"):
        store.read(digest("other"))


def test_a_name_is_taken_once(store: Store) -> None:
    assert store.create("journal/ab/one.json", b"1")
    assert not store.create("journal/ab/one.json", b"2")
    assert store.create("journal/b.json", b"3")
    assert store.get("journal/ab/one.json") == b"1"
    assert list(store.names("journal/")) == ["journal/ab/one.json", "journal/b.json"]
    assert list(store.names("journal/ab/")) == ["journal/ab/one.json"]
    assert list(store.names("nothing/")) == []


def test_damage_is_found(store: Store) -> None:
    good, bad = store.put_blob(b"good"), store.put_blob(b"bad")
    store.put_record(KEY, {})
    assert differences(store) == []
    store.put(f"blobs/{bad[:2]}/{bad}", b"worse")
    store.put(f"records/{KEY[:2]}/{KEY}.json", b"{")
    assert [one.where.rpartition("/")[2] for one in differences(store)] == [bad, f"{KEY}.json"]
    with pytest.raises(StoreError, match="is damaged: delete it"):
        store.intact(bad)
    with pytest.raises(StoreError, match="is damaged: delete it"):
        store.get_record(KEY)
    assert store.intact(good) == b"good"


def test_prefixes_keep_studies_apart(bucket: S3Store) -> None:
    other = S3Store(bucket=bucket.bucket, prefix="study/two")
    sha256 = bucket.put_blob(b"mine")
    assert not other.has_blob(sha256)
    assert list(other.names("blobs/")) == []


def test_it_travels_to_other_processes(bucket: S3Store) -> None:
    assert pickle.loads(pickle.dumps(bucket)) == bucket


def test_shards_in_processes_of_their_own_meet_in_a_bucket(
    bucket: S3Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLUGINS, "tests.compression.plugin")
    worlds.write_files(tmp_path / "study", 4)
    plan = worlds.plan(tmp_path / "study", worlds.tables(4))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        for number in (1, 2):
            list(build(plan, bucket, executor, shard=(number, 2)))
        gathered = list(build(plan, bucket, executor))
    assert all(event.reused for event in gathered)
    alone = Store(tmp_path / "alone")
    list(build(plan, alone))
    assert finished(plan, bucket) == finished(plan, alone)


@pytest.mark.parametrize("address", ["s3://", "s3:///prefix", "ftp://host/folder", "gs://bucket"])
def test_an_address_of_nothing_is_refused(address: str) -> None:
    with pytest.raises(StoreAddressError, match="s3://BUCKET/PREFIX"):
        open_store(address)


def test_a_bucket_that_is_not_there_is_named(bucket: S3Store) -> None:
    with pytest.raises(StoreError, match="there is no bucket nowhere: make it"):
        S3Store(bucket="nowhere").check()


def test_a_service_that_does_not_answer_is_named(bucket: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StoreError, match="cannot be reached"):
        bucket.check()


def test_missing_keys_are_asked_for(bucket: S3Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    import compression.store_s3 as module

    module._made.cache_clear()
    with pytest.raises(StoreError, match="AWS_ACCESS_KEY_ID"):
        bucket.check()
    module._made.cache_clear()


def test_two_at_once_take_a_name_once(store: Store) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as threads:
        won: list[Any] = list(threads.map(lambda n: store.create("journal/race.json", str(n).encode()), range(16)))
    assert sum(won) == 1


def test_a_write_that_is_refused_is_no_write(bucket: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    import compression.store_s3 as module

    class Refusing:
        def put_object(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")

    monkeypatch.setattr(module, "_client", Refusing)
    with pytest.raises(StoreError, match="the service answers PreconditionFailed"):
        bucket.put("blobs/aa/x", b"1")


def test_a_service_that_ignores_conditions_is_refused(bucket: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import compression.store_s3 as module

    real = module._client()

    class Careless:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def put_object(self, **named: Any) -> Any:
            named.pop("IfNoneMatch", None)
            return real.put_object(**named)

    monkeypatch.setattr(module, "_client", Careless)
    with pytest.raises(StoreError, match="overwrites what it is asked not to"):
        bucket.check()
    assert list(bucket.names("probe/")) == []


def test_a_creation_whose_answer_was_lost_is_still_ours(bucket: S3Store) -> None:
    assert bucket.create("journal/a.json", b"mine")
    assert bucket.create("journal/a.json", b"mine")
    assert not bucket.create("journal/a.json", b"another's")
