"""An instrument in words, for the people who run a study: what is shown, and how each question is answered."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.instruments.instrument import Instrument
from surveys.instruments.questions import Choice, Instructed, Question, Rating, Text, WordsInOrder


@dataclass(frozen=True)
class Asked:
    """A question, how it is answered, and what its points mean where the instrument says so, from the highest down."""

    text: str
    answered: str
    anchors: tuple[tuple[str, str], ...] = ()


def asked(instrument: Instrument) -> list[Asked]:
    """Return an instrument's questions in its order."""
    return [
        Asked(question.text, _answered(question, instrument), _anchors(question)) for question in instrument.questions
    ]


def shown(instrument: Instrument) -> str:
    """Return what an item shows, and of which methods."""
    only = _(" Only pictures made from words are asked about.") if instrument.families == ("textual",) else ""
    if instrument.shows == "stimulus":
        return _("One picture alone; its original isn't shown.") + only
    if instrument.reference == "labelled":
        return _("Two pictures; the original is named as such.") + only
    return _("Two pictures; the page doesn't say which is the original.") + only


def order(instrument: Instrument) -> str:
    """Return in which order the questions come; empty where there is but one."""
    if len(instrument.questions) == 1:
        return ""
    return _("in an order drawn for each person") if instrument.questions_order == "random" else _("in this order")


def _answered(question: Question, instrument: Instrument) -> str:
    match question:
        case Rating() | Instructed():
            scale = question.scale
            return f"{scale.min} “{scale.low}” … {scale.max} “{scale.high}”."
        case WordsInOrder():
            return _("Up to %(n)s things in a few words each, most important first.") % {"n": question.max}
        case Choice():
            return _("Up to %(n)s of %(all)s.") % {"n": question.max, "all": len(question.options)}
        case Text():
            return " ".join((_("A few words."), _skipped(question, instrument))).strip()


def _skipped(question: Text, instrument: Instrument) -> str:
    if not (rule := question.skip):
        return ""
    other = instrument.question(rule.question)
    named = other.text if other else rule.question
    return _("Left out when “%(question)s” names fewer than %(n)s.") % {"n": rule.fewer_than, "question": named}


def _anchors(question: Question) -> tuple[tuple[str, str], ...]:
    meant = (question.anchors or {}) if isinstance(question, Rating) else {}
    return tuple(sorted(meant.items(), key=lambda row: -int(row[0])))
