"""The languages that participants' pages have words in, besides what a survey asks in words of its own."""

from __future__ import annotations

from django.conf import settings


def spoken() -> list[str]:
    """Return the languages, as in ``["de", "en"]``."""
    found = (path.parts[-3] for folder in settings.LOCALE_PATHS for path in folder.glob("*/LC_MESSAGES/django.mo"))
    return sorted({settings.LANGUAGE_CODE, *found})


def is_spoken(language: str) -> bool:
    """Tell whether there are words in a language, or in the one that it is a variety of."""
    return language in spoken() or language.partition("-")[0] in spoken()
