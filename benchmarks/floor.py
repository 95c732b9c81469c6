"""The least a site could do: a form with two pictures, and a POST that stores one answer; no account, lock or receipt.

``python -m benchmarks.floor STIMULI`` makes its two tables; gunicorn serves ``benchmarks.floor``. Database, server and
their settings are those of the site itself.
"""

from __future__ import annotations

import os
import sys

import django
from django.conf import settings

from config import settings as site

settings.configure(
    SECRET_KEY=site.SECRET_KEY, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, DATABASES=site.DATABASES, USE_TZ=True,
    DEFAULT_AUTO_FIELD=site.DEFAULT_AUTO_FIELD,
)  # fmt: skip
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import get_object_or_404  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.html import format_html  # noqa: E402

FORM = """<!doctype html><title>Rate</title><img src="/pictures/{}.webp"><img src="/pictures/{}.webp">
<form method="post"><input name="value" type="number" min="1" max="10" required><button>Save</button></form>"""


class Stimulus(models.Model):
    original = models.CharField(max_length=64)
    reconstruction = models.CharField(max_length=64)
    objects: models.Manager[Stimulus] = models.Manager()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.reconstruction


class Rating(models.Model):
    stimulus = models.ForeignKey(Stimulus, on_delete=models.PROTECT)
    value = models.IntegerField()
    at = models.DateTimeField(auto_now_add=True)
    objects: models.Manager[Rating] = models.Manager()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return str(self.value)


def rate(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form of a stimulus, or store its answer."""
    stimulus = get_object_or_404(Stimulus, pk=number)
    if request.method == "POST":
        saved = Rating.objects.create(stimulus=stimulus, value=int(request.POST["value"]))
        return HttpResponse(f"Saved {saved.pk}.")
    return HttpResponse(format_html(FORM, stimulus.original, stimulus.reconstruction))


urlpatterns = [path("<int:number>/", rate)]
application = get_wsgi_application()


def make(stimuli: int) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Stimulus)
        editor.create_model(Rating)
    names = [os.urandom(32).hex() for _ in range(2 * stimuli)]
    Stimulus.objects.bulk_create(
        Stimulus(original=one, reconstruction=other) for one, other in zip(names[::2], names[1::2], strict=True)
    )


if __name__ == "__main__":
    make(int(sys.argv[1]))
