"""What a page needs besides its pictures: few requests, few bytes, and never an old file."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as site
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.test import RequestFactory
from django.urls import reverse
from whitenoise.middleware import WhiteNoiseMiddleware

from surveys.services.keys import token_for
from surveys.web.assets import SOURCES
from tests.surveys import factories

pytestmark = pytest.mark.django_db  # closing a response looks after connections
PAGE_BYTES = 40_000
KEPT = "max-age=315360000, public, immutable"


@pytest.fixture
def collected(settings, tmp_path) -> Iterator[Path]:
    """Collect copies of the static files, and let pages use them."""
    source = tmp_path / "source"
    shutil.copytree(site.BASE_DIR / "static", source)
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0)
    forget(settings)
    yield source
    settings.STATIC_ROOT = site.VAR_DIR / "static"


def forget(settings) -> None:
    """Let the next page read the list of collected files anew, as after a start."""
    settings.STATIC_URL = "/elsewhere/"
    settings.STATIC_URL = "/static/"


def fetch(path: str, encodings: str = "br, gzip") -> tuple[ResponseHeaders, bytes]:
    """Ask the middleware that serves static files."""
    serve = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    with closing(serve(RequestFactory().get(path, headers={"accept-encoding": encodings}))) as response:
        assert response.status_code == 200, path
        return response.headers, b"".join(response)


def assets(page: str) -> list[str]:
    found = re.findall(r'<link rel="stylesheet" href="([^"]+)"|<script[^>]* src="([^"]+)"', page)
    return [one or other for one, other in found]


def test_files_that_were_not_collected_are_used_as_they_are(client):
    assert not (Path(site.STATIC_ROOT) / "staticfiles.json").exists()
    assert staticfiles_storage.url("js/take.js") == "/static/js/take.js"
    page = client.get("/login/").content.decode()
    assert assets(page) == ["/static/vendor/pico.min.css", "/static/css/twicetold.css"]


@pytest.mark.parametrize("slug", ["a", "b", "c"])
def test_a_page_of_fifteen_items_is_three_requests_and_less_than_40_kb(client, collected, note, slug):
    study = factories.make_study(originals=15, methods=2, categories=5)
    _, published = factories.make_published_survey(study, slug=slug)
    started = factories.take_part(published, 1, finish=False, items=0)
    page = client.get(reverse("take", args=[token_for(started.code)]), headers={"accept-encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    text = client.get(page.wsgi_request.path).content.decode()
    needed = assets(text)
    assert len(needed) == 2
    assert len(re.findall(r"\.(?:css|js|svg|png|woff2?)\b", text)) == len(needed)
    files = [fetch(path) for path in needed]
    assert [headers["Content-Encoding"] for headers, _ in files] == ["br", "br"]
    assert [headers["Cache-Control"] for headers, _ in files] == [KEPT, KEPT]
    note(f"page of Survey {slug.upper()}: {(whole := len(page.content) + sum(len(body) for _, body in files)):,} bytes")
    assert whole < PAGE_BYTES


def test_browsers_without_brotli_get_gzip_and_others_the_file(collected):
    url = staticfiles_storage.url("js/take.js")
    assert fetch(url, "gzip")[0]["Content-Encoding"] == "gzip"
    headers, body = fetch(url, "identity")
    assert "Content-Encoding" not in headers
    assert body == (collected / "js" / "take.js").read_bytes()


def test_one_style_sheet_holds_both_in_their_order(collected):
    url = staticfiles_storage.url("css/site.css")
    both = b"\n".join((collected / name).read_bytes() for name in ("vendor/pico.min.css", "css/twicetold.css"))
    assert fetch(url, "identity")[1] == both


@pytest.mark.parametrize("seconds", [5, -86_400], ids=["newer", "with an older date"])
def test_a_file_that_changed_since_is_never_served_in_its_old_state(collected, settings, seconds):
    assert staticfiles_storage.url("js/take.js") != "/static/js/take.js"
    script = collected / "js" / "take.js"
    script.write_text("// new\n")
    os.utime(script, (time.time() + seconds, time.time() + seconds))
    forget(settings)
    assert staticfiles_storage.url("js/take.js") == "/static/js/take.js"
    assert fetch("/static/js/take.js", "identity")[1] == b"// new\n"


def test_other_dates_alone_change_nothing(collected, settings):
    before = staticfiles_storage.url("js/take.js")
    for path in collected.rglob("*"):
        os.utime(path, (time.time() + 5, time.time() + 5))
    forget(settings)
    assert staticfiles_storage.url("js/take.js") == before


def test_a_collection_that_was_broken_off_is_not_used(collected, settings):
    (Path(settings.STATIC_ROOT) / SOURCES).unlink()
    forget(settings)
    assert staticfiles_storage.url("js/take.js") == "/static/js/take.js"


def test_collecting_again_takes_in_what_changed(collected, settings):
    before = staticfiles_storage.url("js/take.js")
    (collected / "js" / "take.js").write_text("// new\n")
    call_command("collectstatic", interactive=False, verbosity=0)
    forget(settings)
    after = staticfiles_storage.url("js/take.js")
    assert after not in (before, "/static/js/take.js")
    assert fetch(after, "identity")[1] == b"// new\n"
