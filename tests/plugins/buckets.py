"""Buckets for tests, over the real protocol."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from compression.store_s3 import S3Store


@pytest.fixture(scope="session")
def s3_service() -> Iterator[str]:
    """Return the address of a service that speaks the protocol of S3."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> S3Store:
    """Return a store in a bucket of its own; the environment leads there."""
    import boto3

    from compression.store_s3 import ENDPOINT, S3Store
    from compression.stores import open_store

    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv(ENDPOINT, s3_service)
    name = f"bucket-{abs(hash(tmp_path)) % 10**9}"
    boto3.client("s3", endpoint_url=s3_service).create_bucket(Bucket=name)
    store = open_store(f"s3://{name}/study/one")
    assert isinstance(store, S3Store)
    store.check()
    return store
