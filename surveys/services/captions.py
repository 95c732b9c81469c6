"""Write captions on the desk: every version is kept, one is chosen, until the study is published."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.crypto import salted_hmac

from compression.types import Caption as Words
from compression.types import Plan
from surveys.models import Caption, Method, Original, Study, Survey
from surveys.selectors import captions
from surveys.selectors.captions import ELEMENTS
from surveys.selectors.studies import is_published
from surveys.services.errors import ConflictError, ServiceError

MOST_BYTES = 2000
_SALT = "surveys.writer"
_SPACES = re.compile(r"[ \t\r\n]+")


@transaction.atomic
def write(
    *,
    method: Method,
    original: Original,
    words: str | Mapping[str, str],
    writer: Any,
    candidate: int | None = None,
    base: int | None = None,
) -> Caption:
    """Keep a wording as a new version; the first words of a picture, and new ones of the chosen caption, count at once.

    Parameters
    ----------
    method, original
        Whose words; the method's words must be written on the desk.
    words
        One text, or the elements ``a`` to ``f`` of the guide, which join into one with spaces.
    writer
        The user who wrote them; only a keyed hash is kept.
    candidate
        Number of the caption that this is a new version of; None begins another one.
    base
        Key of the version that the writer had in view.

    Raises
    ------
    ServiceError
        The study is published, or the words are none, too many, or no text.
    ConflictError
        Somebody else saved another version meanwhile, or there is no such caption.
    """
    study = _editable(method)
    elements = {} if isinstance(words, str) else _elements(words)
    text = _text(words if isinstance(words, str) else " ".join(elements.values()))
    rows = Caption.objects.filter(method=method, original=original)
    newest = _newest(rows, candidate, base)
    if newest and (newest.text, newest.elements) == (text, elements):
        return newest
    number = newest.candidate if newest else 1 + (rows.aggregate(most=Max("candidate"))["most"] or 0)
    chosen = rows.filter(current=True).first()
    row = Caption.objects.create(
        method=method, original=original, text=text, elements=elements, candidate=number, current=False,
        sha256=hashlib.sha256(text.encode()).hexdigest(), writer=pseudonym(study, writer),
    )  # fmt: skip
    if chosen is None or chosen.candidate == number:
        _make_current(study, row)
    return row


@transaction.atomic
def choose(*, caption: Caption) -> None:
    """Let these words count for their picture.

    Raises
    ------
    ServiceError
        The study is published.
    """
    _make_current(_editable(caption.method), caption)


def pseudonym(study: Study, user: Any) -> str:
    """Return what is kept of a writer: a keyed hash, the same for one person in one study, of no use in another."""
    return salted_hmac(_SALT, f"{study.pk}/{user.pk}", algorithm="sha256").hexdigest()[:16]


def supply(study: Study, plan: Plan) -> Plan:
    """Return a plan with the words that were written on the desk, and why others are not there."""
    there = captions.words(study)
    lacking = {
        key: f"there is no caption for {key[1]} yet: write it on the desk's page of captions"
        for key in captions.unwritten(study)
    }
    return replace(plan, captions={**plan.captions, **there}, missing_captions={**plan.missing_captions, **lacking})


def _editable(method: Method) -> Study:
    """Return the method's study, locked, if words may be written for it now."""
    study = Study.objects.select_for_update().get(pk=method.study_id)
    if is_published(study):
        msg = (
            f"Study {study.slug} is published and people have seen its pictures: its captions are fixed. "
            "Nothing was changed. Load the study under another slug to go on."
        )
        raise ServiceError(msg)
    if not captions.on_page(method):
        msg = f"The words of {method.slug} come with the study file: set page = true there to write them here."
        raise ServiceError(msg)
    return study


def _elements(given: Mapping[str, str]) -> dict[str, str]:
    tidy = {name: _tidy(given.get(name, "")) for name in ELEMENTS}
    return {name: text for name, text in tidy.items() if text}


def _tidy(text: str) -> str:
    return Words("", _SPACES.sub(" ", text)).text


def _text(given: str) -> str:
    text = _tidy(given)
    if not text:
        raise ServiceError("There are no words yet: write what is in the picture.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise ServiceError("There is a letter that can't be shown: type the words anew instead of pasting them.")
    if (size := Words("", text).size_bytes) > MOST_BYTES:
        raise ServiceError(f"These are {size:,} bytes, and at most {MOST_BYTES:,} can be kept: say it in fewer words.")
    return text


def _newest(rows: Any, candidate: int | None, base: int | None) -> Caption | None:
    if candidate is None:
        return None
    newest: Caption | None = rows.filter(candidate=candidate).order_by("pk").last()
    if newest is None or newest.pk != base:
        msg = (
            "Somebody saved other words for this caption meanwhile, and yours are not saved yet: they still stand "
            "below. Look at the newer ones, then save again."
        )
        raise ConflictError(msg)
    return newest


def _make_current(study: Study, row: Caption) -> None:
    if row.current:
        return
    Caption.objects.filter(method=row.method, original=row.original, current=True).update(current=False)
    row.current = True
    row.save(update_fields=["current"])
    study.surveys.filter(state=Survey.State.PLANNED).update(state=Survey.State.DRAFT)
