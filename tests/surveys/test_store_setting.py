"""Where the site keeps pictures: a folder or a bucket, and nobody who looks at them can tell."""

from __future__ import annotations

import pytest

from compression.store import Store
from compression.store_s3 import S3Store
from compression.stores import StoreAddressError
from surveys.selectors import pictures
from tests.surveys import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["folder", "bucket"])
def store(request, settings, tmp_path) -> Store:
    settings.STORE = (
        str(tmp_path / "elsewhere") if request.param == "folder" else request.getfixturevalue("bucket").address
    )
    return pictures.store()


def test_pictures_are_served_alike_from_a_folder_and_from_a_bucket(client, store, tmp_path):
    rendition = factories.make_rendition(factories.make_study(), "one")
    reply = client.get(f"/pictures/{rendition.sha256}.webp")
    assert b"".join(reply.streaming_content) == store.read(rendition.sha256)
    assert reply.headers["Content-Length"] == str(rendition.size_bytes)
    assert reply.headers["Content-Type"] == "image/webp"
    assert reply.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert not (tmp_path / "media").exists()


def test_a_picture_that_the_store_has_lost_is_not_there(client, store):
    rendition = factories.make_rendition(factories.make_study(), "one")
    rendition.sha256 = "0" * 64
    rendition.save()
    assert client.get(f"/pictures/{rendition.sha256}.webp").status_code == 404


def test_a_bucket_that_does_not_answer_is_a_reason_to_try_again(client, settings, bucket, caplog):
    settings.STORE = bucket.address
    rendition = factories.make_rendition(factories.make_study(), "one")
    settings.STORE = "s3://nobody-made-this/one"
    reply = client.get(f"/pictures/{rendition.sha256}.webp")
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"
    assert "Try again" in reply.content.decode()
    assert "there is no bucket nobody-made-this" in caplog.text


def test_without_the_setting_the_store_is_in_the_media_folder(settings):
    assert str(pictures.store().root) == f"{settings.MEDIA_ROOT}/store"


def test_the_setting_names_a_bucket(settings):
    settings.STORE = "s3://pictures/study"
    assert isinstance(pictures.store(), S3Store)
    settings.STORE = "ftp://pictures"
    with pytest.raises(StoreAddressError, match="s3://BUCKET/PREFIX"):
        pictures.store()
