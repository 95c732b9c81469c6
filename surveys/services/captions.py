"""Write captions on the desk: every version is kept, one is chosen, until the study is published."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.crypto import salted_hmac

from compression.captioners.caption_file import MAX_BYTES, joined
from compression.types import Caption as Words
from compression.types import Plan
from surveys.models import Caption, Method, Original, Study, Survey
from surveys.selectors import captions
from surveys.selectors.studies import is_published
from surveys.services.errors import ConflictError, ServiceError

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
    text = _text(words if isinstance(words, str) else joined("", elements).text)
    _require_elements(study, method, elements)
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


def take_along(*, study: Study, methods: Collection[str], originals: Collection[str]) -> None:
    """Let written words follow their method to the operating point that has its page now, as a study is loaded again.

    Raises
    ------
    ServiceError
        Words would be lost with a method or an original that leaves the study.
    """
    homes: dict[str, Method] = {}
    for method in captions.page_methods(study):
        if method.slug in methods:
            homes.setdefault(captions.parent(method), method)
    for method in captions.page_methods(study):
        home = homes.get(captions.parent(method))
        if method.slug not in methods and home and not home.captions.exists():
            method.captions.update(method=home)
    written = Caption.objects.filter(method__study=study).exclude(writer="").order_by("pk")
    lost = written.exclude(method__slug__in=methods, original__slug__in=originals).select_related("method", "original")
    if first := lost.first():
        msg = (
            f"The caption of {first.original.slug} by {first.method.slug} was written on the desk, and this file would "
            f"delete it ({lost.count()} versions in all). Nothing was changed. Keep the slug, or load the file under "
            "another slug of the study."
        )
        raise ServiceError(msg)


def pseudonym(study: Study, user: Any) -> str:
    """Return what is kept of a writer: a keyed hash, the same for one person in one study, of no use in another."""
    return salted_hmac(_SALT, f"{study.pk}/{user.pk}", algorithm="sha256").hexdigest()[:16]


def supply(study: Study, plan: Plan) -> Plan:
    """Return a plan with the words that were written on the desk, and why others are not there."""
    there, lacking = captions.words(study)
    return replace(plan, captions={**plan.captions, **there}, missing_captions={**plan.missing_captions, **lacking})


def _editable(method: Method) -> Study:
    """Return the method's study, locked, if words may be written for it now."""
    study = Study.objects.select_for_update(no_key=True).get(pk=method.study_id)
    if is_published(study):
        msg = (
            f"Study {study.slug} is published and people have seen its pictures: its captions are fixed. "
            "Nothing was changed. Load the study under another slug to go on."
        )
        raise ServiceError(msg)
    if method not in captions.writing_methods(study):
        msg = f"The words of {method.slug} come from elsewhere: set page = true in the study file to write them here."
        raise ServiceError(msg)
    return study


def _elements(given: Mapping[str, str]) -> dict[str, str]:
    return dict(joined("", {name: _tidy(text) for name, text in given.items()}).elements)


def _require_elements(study: Study, method: Method, elements: Mapping[str, str]) -> None:
    served = captions.writing_methods(study)[method]
    if not elements and any(each.settings["captioner"].get("without") for each in served):
        raise ServiceError("This study compares captions with and without elements: write it element by element.")


def _tidy(text: str) -> str:
    return Words("", _SPACES.sub(" ", text)).text


def _text(given: str) -> str:
    text = _tidy(given)
    if not text:
        raise ServiceError("There are no words yet: write what is in the picture.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise ServiceError("There is a letter that can't be shown: type the words anew instead of pasting them.")
    if (size := Words("", text).size_bytes) > MAX_BYTES:
        raise ServiceError(f"These are {size:,} bytes, and at most {MAX_BYTES:,} can be kept: say it in fewer words.")
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
