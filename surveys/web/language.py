"""Participants read the language of what they are asked in: their survey's instrument names it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from surveys.languages import is_spoken
from surveys.models import Instrument


class OwnLanguage:
    """Begin every request in the site's language, and let none speak another one's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(settings.LANGUAGE_CODE):
            return self.get_response(request)


def speak(instrument: Instrument) -> None:
    """Write the rest of this request's page in an instrument's language; English where there are no words in it."""
    translation.activate(instrument.content.get("language", settings.LANGUAGE_CODE))


def speak_named(language: str) -> None:
    """Write the rest of this request's page in a language that an address names, if there are words in it."""
    if is_spoken(language):
        translation.activate(language)
