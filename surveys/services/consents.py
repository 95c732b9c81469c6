"""The information a participant agrees to; each wording is kept under its hash."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.instruments.instrument import Instrument, content_hash
from surveys.instruments.questions import Instructed, Rating, Text, WordsInOrder
from surveys.models import Consent, Posting, Study, Survey
from surveys.participant_tables import DAYS, ConsentDefinition, PrivacyDefinition, empty_keys
from surveys.selectors.lengths import length_of
from surveys.services import panels
from surveys.services.errors import ServiceError

_TOLD: dict[str, Any] = ConsentDefinition().model_dump()


def information(*, survey: Survey, posting: Posting) -> dict[str, Any]:
    """Return what the first page tells, as plain data: the study's own words and the facts of this survey."""
    consent = _TOLD | survey.study.definition.get("consent", {})
    length = length_of(survey)
    asked = survey.instrument.asked
    logged = bool(survey.study.definition.get("privacy", {}).get("log_behaviour", True))
    return {
        "study": survey.study.title,
        "consent": consent,
        "withdrawal": _withdrawal(consent["withdraw_until"]),
        "items": max(1, length.shown),
        "minutes": length.minutes,
        "link": posting.link,
        "simulated": posting.simulated,
        "log_behaviour": logged,
        "recorded": [
            *_answers(asked),
            _skipped(asked),
            *_identity(posting),
            *_panel_ids(survey, posting),
            *(_behaviour(asked) if logged else []),
            _("why you stopped, if you stop and choose to tell us"),
            _("a comment at the end, if you write one"),
        ],
        "not_recorded": [
            _("your name"),
            _("your internet address"),
            _("cookies"),
            *([] if logged else [_("how you use the page"), _("your browser or device")]),
        ],
    }


def _identity(posting: Posting) -> list[str]:
    """Say that people who were named are told apart, and how."""
    if posting.pk is None or not posting.invitations.filter(identity__isnull=False).exists():
        return []
    return [
        _(
            "a code worked out from the name or address that your link was sent to, so that nobody takes part twice; "
            "not the name or address itself"
        )
    ]


def _panel_ids(survey: Survey, posting: Posting) -> list[str]:
    """Say that the panel's ids are kept apart, what for, and until when."""
    if posting.link != Posting.Link.PANEL:
        return []
    days = survey.study.definition.get("privacy", {}).get("panel_ids_days", PrivacyDefinition().panel_ids_days)
    told = ngettext(
        "the ids that “%(panel)s” put on the address, apart from your answers and for %(n)d day, so that you are paid "
        "and find your place again; afterwards only a code worked out from them, so that nobody takes part twice",
        "the ids that “%(panel)s” put on the address, apart from your answers and for %(n)d days, so that you are paid "
        "and find your place again; afterwards only a code worked out from them, so that nobody takes part twice",
        days,
    )
    return [told % {"panel": panels.title(posting.panel), "n": days}]


def _behaviour(asked: Instrument) -> list[str]:
    """Say what the page notices by itself; none of it is sent or kept where the study switched that off."""
    return [
        _("how large and how sharp your screen showed the pictures, and how long each pair was shown")
        if asked.shows == "pair"
        else _("how large and how sharp your screen showed the pictures, and how long each picture was shown"),
        *_opened(asked),
        *_typed(asked),
        *([_("how often you enlarged the pictures or let them take turns in one place")] if asked.view else []),
        _("how large the window is, how often you changed that or turned to another one"),
        _("whether this page is open twice"),
        _("the kind of browser and device, without its exact version"),
    ]


def _withdrawal(until: str) -> dict[str, Any]:
    """Return until when answers can be withdrawn: ``days`` after finishing, or a ``date``; both empty if not said."""
    found = DAYS.match(until)
    return {"days": int(found[1]) if found else None, "date": "" if found else until}


def require_complete(study: Study) -> None:
    """Refuse a study whose participants can't be told yet what they have to be told.

    Raises
    ------
    ServiceError
        Naming every empty key, and where to write it.
    """
    if empty := empty_keys(study.definition.get("consent", {})):
        msg = (
            f"Study {study.slug} does not yet say everything that participants have to be told. Empty in [consent] of "
            f'its study file: {", ".join(empty)}. Write each there ("none" where there is none; docs/study-file.md '
            f"explains them), run manage.py load_study and plan again, then publish."
        )
        raise ServiceError(msg)


def _answers(asked: Instrument) -> list[str]:
    """Say what is kept of the answers, by the kinds of questions that there are."""
    rated = any(isinstance(question, (Rating, Instructed)) for question in asked.questions)
    worded = any(not isinstance(question, (Rating, Instructed)) for question in asked.questions)
    ratings = [_("your ratings, every change of mind, and when you gave them")] if rated else []
    return ratings + ([_("what you write and choose, every change of it, and when")] if worded else [])


def _opened(asked: Instrument) -> list[str]:
    anchored = any(isinstance(question, Rating) and question.anchors for question in asked.questions)
    return [_("how often you opened what the numbers mean")] if anchored else []


def _typed(asked: Instrument) -> list[str]:
    worded = any(isinstance(question, (Text, WordsInOrder)) for question in asked.questions)
    told = _("how many letters you typed and how many you pasted, and how long that took; never what else you copied")
    return [told] if worded else []


def _skipped(asked: Instrument) -> str:
    if asked.shows == "pair":
        return _("which pairs you skip, and whether it did not arrive or upset you")
    return _("which pictures you skip, and whether it did not arrive or upset you")


def find(content: dict[str, Any]) -> Consent | None:
    """Return a consent text that is kept already."""
    return Consent.objects.filter(sha256=content_hash(content)).first()


def store(content: dict[str, Any]) -> Consent:
    """Keep a consent text under its hash."""
    return Consent.objects.get_or_create(sha256=content_hash(content), defaults={"content": content})[0]
