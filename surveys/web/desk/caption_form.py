"""The form in which a caption is written: what stands in it, and what was sent with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from compression.captioners.caption_file import ELEMENTS
from surveys.models import Caption
from surveys.selectors.captions import Candidate, Entry


def words(request: HttpRequest) -> str | dict[str, str]:
    """Return what was written: the elements, or one text."""
    if request.POST.get("how") == "elements":
        return {name: request.POST.get(name, "") for name in ELEMENTS}
    return request.POST.get("text", "")


def number(request: HttpRequest, name: str) -> int | None:
    """Return a key that the form carries; None when there is none, or nonsense."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def filled(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Return what stands in the form: what was sent and refused, or the caption that the address names."""
    return _sent(request, entry) if request.method == "POST" else _asked(request, entry)


def _sent(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Return the form as it was sent; the newest version is now in view of whoever sent it."""
    sent = {name: request.POST.get(name, "") for name in ("text", "candidate")}
    by_elements = {name: request.POST.get(name, "") for name in ELEMENTS}
    newest = {str(each.number): each.newest.caption.pk for each in entry.candidates}
    base = newest.get(sent["candidate"], "")
    return sent | {"how": request.POST.get("how", "free"), "elements": by_elements, "base": base}


def _asked(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Return the form with the chosen caption, the one that the address names, or empty for another one."""
    wanted = request.GET.get("caption", "")
    fitting = (each for each in entry.candidates if (str(each.number) == wanted if wanted else each.chosen))
    candidate = next(fitting, None)
    if candidate is None:
        return {"how": "elements", "text": "", "elements": {}, "candidate": "", "base": ""}
    row = _version(candidate, request.GET.get("version", "")) or candidate.newest.caption
    return {
        "how": "elements" if row.elements else "free",
        "text": row.text,
        "elements": row.elements,
        "candidate": candidate.number,
        "base": candidate.newest.caption.pk,
    }


def _version(candidate: Candidate, wanted: str) -> Caption | None:
    rows = (version.caption for version in candidate.versions)
    return next((row for row in rows if str(row.pk) == wanted), None)
