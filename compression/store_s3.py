"""The store in a bucket of S3 or of a service that speaks its protocol: machines meet there without a shared folder."""

import os
import uuid
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from compression.store import Store, StoreError

ENDPOINT = "TWICETOLD_S3_ENDPOINT"
ABSENT = {"404", "NoSuchKey", "NotFound"}
OTHER = "two machines could pay for one call; use another service, or a folder"
TAKEN = {"412", "409", "PreconditionFailed", "ConditionalRequestConflict"}


@dataclass(frozen=True, slots=True)
class S3Store(Store):
    """Files and records as objects below ``s3://bucket/prefix``; it travels to other processes and machines.

    Keys and region come from where every AWS program finds them (environment, profile, instance role), another
    service's address from ``TWICETOLD_S3_ENDPOINT``.
    """

    root: Path = field(default_factory=Path)
    bucket: str = ""
    prefix: str = ""

    @property
    def address(self) -> str:
        """The bucket and prefix as an address."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def put(self, name: str, data: bytes) -> None:
        """Keep an object, in place of an earlier one."""
        with self._errors():
            _client().put_object(Bucket=self.bucket, Key=self._key(name), Body=data)

    def get(self, name: str) -> bytes | None:
        """Return an object's bytes, None when there is none."""
        data: bytes | None = None
        with self._errors(ABSENT):
            data = _client().get_object(Bucket=self.bucket, Key=self._key(name))["Body"].read()
        return data  # noqa: RET504  what is not there ends the block before

    def open(self, sha256: str) -> BinaryIO:
        """Return an object to read from; FileNotFoundError when it is not there."""
        return BytesIO(self.read(sha256))

    def has(self, name: str) -> bool:
        """Tell whether there is such an object."""
        with self._errors(ABSENT) as absent:
            _client().head_object(Bucket=self.bucket, Key=self._key(name))
        return not absent

    def create(self, name: str, data: bytes) -> bool:
        """Keep an object unless there is one, as the service decides; tell whether this call made it."""
        with self._errors(TAKEN) as refused:
            _client().put_object(Bucket=self.bucket, Key=self._key(name), Body=data, IfNoneMatch="*")
        return not refused or self.get(name) == data  # a lost answer makes the client send it twice

    def names(self, prefix: str) -> Iterator[str]:
        """Yield the names, in order, that begin with a prefix."""
        with self._errors():
            pages = _client().get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self._key(prefix))
            for page in pages:
                yield from (found["Key"].removeprefix(self._key("")) for found in page.get("Contents", []))

    def check(self) -> None:
        """Ask for the bucket, so that what is wrong is said before work begins.

        Raises
        ------
        StoreError
        """
        with self._errors():
            _client().list_objects_v2(Bucket=self.bucket, MaxKeys=1)
        probe = f"probe/{uuid.uuid4().hex}"
        held = self.create(probe, b"1") and not self.create(probe, b"2")
        with self._errors():
            _client().delete_object(Bucket=self.bucket, Key=self._key(probe))
        if not held:
            raise StoreError(f"{self.address}: the service overwrites what it is asked not to (If-None-Match): {OTHER}")

    def _key(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name

    @contextmanager
    def _errors(self, expected: Set[str] = frozenset()) -> Iterator[list[str]]:
        """Put what the service says into words; yields a list that is not empty after an expected answer."""
        from botocore.exceptions import BotoCoreError, ClientError

        said: list[str] = []
        try:
            yield said
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code not in expected:
                raise StoreError(f"{self.address}: {_in_words(code, self.bucket)}") from error
            said.append(code)
        except BotoCoreError as error:
            raise StoreError(f"{self.address} cannot be reached ({error}): {_remedy(error)}") from error


def _in_words(code: str, bucket: str) -> str:
    if code == "NoSuchBucket":
        return f"there is no bucket {bucket}: make it, or correct the address"
    if code in {"AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"}:
        return f"access is refused ({code}): check the keys and the rights on the bucket"
    return f"the service answers {code}: run the same command again later"


def _remedy(error: Exception) -> str:
    if "credential" in str(error).lower():
        return "give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile"
    return f"check the network and {ENDPOINT}, then run the same command again"


@lru_cache(maxsize=1)
def _made(process: int, endpoint: str) -> Any:
    from boto3.session import Session
    from botocore.config import Config

    retries = {"max_attempts": 5, "mode": "standard"}
    config = Config(connect_timeout=10, read_timeout=60, retries=retries, max_pool_connections=32)
    return Session().client("s3", endpoint_url=endpoint or None, config=config)


def _client() -> Any:
    """Return this process's client; one from before a fork is not shared."""
    return _made(os.getpid(), os.environ.get(ENDPOINT, ""))
