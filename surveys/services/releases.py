"""Verdicts of people on reconstructions: release, reject with a reason, take back; until the study is published."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from surveys.models import Release, Study
from surveys.selectors import releases
from surveys.selectors.studies import is_published
from surveys.services import stimuli
from surveys.services.errors import ConflictError, ServiceError

LONGEST_REASON = 500
Verdict = Release.Verdict


@transaction.atomic
def judge(*, study: Study, seen: Collection[str], verdict: str, by: str, reason: str = "") -> int:
    """Keep a person's verdict on pictures they have looked at.

    Parameters
    ----------
    study
        The study; nothing of it may be published yet.
    seen
        Each picture as ``name sha256``: a picture made anew since is another one.
    verdict
        ``released``, ``rejected`` or ``withdrawn``, which takes an earlier verdict back.
    by
        Who says so.
    reason
        Why; required for ``rejected``, and becomes the reason of the missing stimulus.

    Returns
    -------
    int
        How many pictures this changed.

    Raises
    ------
    ServiceError
        The study is published, no picture is named, or a reason is lacking or no text.
    ConflictError
        A picture is not, or no longer, the study's. Nothing was changed.
    """
    study = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    _refuse_published(study)
    reason = _reason(reason) if verdict == Verdict.REJECTED else ""
    rows = _looked_at(study, seen)
    changed = [each for each in rows if not _says(each.release, verdict, reason)]
    for each in changed:
        row = each.stimulus
        study.releases.create(stimulus=row.name, sha256=row.sha256, verdict=verdict, reason=reason, by=by)
        stimuli.rejudge(study=study, row=row, rejected=reason and releases.in_words(reason))
    return len(changed)


def sheet_url(study: Study) -> str:
    """Return the whole address of a study's contact sheet."""
    return str(settings.SITE_URL) + reverse("desk:contact-sheet", args=[study.slug])


def require_released(study: Study) -> None:
    """Refuse while a reconstruction waits for somebody to look at it."""
    counted = releases.tally(study)
    if counted.waiting:
        msg = (
            f"{counted.waiting} of {counted.total} reconstructions wait for a person to release or reject them. "
            f"Look at them on {sheet_url(study)} (or see manage.py release --help), then publish."
        )
        raise ServiceError(msg)


def _refuse_published(study: Study) -> None:
    if is_published(study):
        msg = (
            f"Study {study.slug} is published and people have seen its pictures: verdicts on them are fixed. "
            "Nothing was changed."
        )
        raise ServiceError(msg)


def _reason(text: str) -> str:
    reason = " ".join(unicodedata.normalize("NFC", text).split())
    if not reason:
        msg = "Say why: a rejected picture needs a reason. It stands in the tables as “rejected: …”."
        raise ServiceError(msg)
    if len(reason) > LONGEST_REASON or any(unicodedata.category(letter) == "Cc" for letter in reason):
        msg = f"The reason can't be kept: give plain text of at most {LONGEST_REASON} letters."
        raise ServiceError(msg)
    return reason


def _looked_at(study: Study, seen: Iterable[str]) -> list[releases.Reconstruction]:
    there = {each.seen: each for each in releases.reconstructions(study)}
    wanted = list(dict.fromkeys(seen))
    if not wanted:
        msg = "No picture is chosen: choose at least one."
        raise ServiceError(msg)
    if gone := [each.split(" ")[0] for each in wanted if each not in there]:
        msg = (
            f"{', '.join(gone[:3])}{' …' if len(gone) > 3 else ''}: there is no such reconstruction, or it was made "
            "anew since you looked. Nothing was changed: open the contact sheet again and look."
        )
        raise ConflictError(msg)
    return [there[each] for each in wanted]


def _says(release: Release | None, verdict: str, reason: str) -> bool:
    """Tell whether a picture's last verdict is this one already; what was never judged can't be taken back."""
    if release is None:
        return verdict == Verdict.WITHDRAWN
    return (release.verdict, release.reason) == (verdict, reason)


def names(study: Study, wanted: Iterable[str]) -> list[str]:
    """Return stimuli's names as ``name sha256`` of their present pictures.

    Raises
    ------
    ServiceError
        A name is not one of the study's reconstructions.
    """
    there = {row.name: f"{row.name} {row.sha256}" for row in releases.pictures(study)}
    wanted = list(wanted)
    if unknown := [name for name in wanted if name not in there]:
        msg = f"{', '.join(unknown)}: not among the study's reconstructions, which are: {_some(there)}."
        raise ServiceError(msg)
    return [there[name] for name in wanted]


def _some(there: Iterable[str]) -> str:
    listed = list(there)
    return ", ".join(listed[:5]) + (" …" if len(listed) > 5 else "") if listed else "none yet"
