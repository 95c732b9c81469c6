"""Where what a panel shows and what is known here differ: each difference in words, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.utils import timezone

from surveys.models import Assignment, PanelCall, PanelPosting, PanelSubmission, Recruitment
from surveys.selectors import transfers as sums
from surveys.services.panel_calls import is_unknown

Finding = PanelSubmission.Finding
PATIENCE = timedelta(minutes=2)
"""How long after finishing here somebody may take to hand in, before that is a difference."""
WORDS = {
    Finding.UNFINISHED: ("came here and did not finish", "Wait if they are still at it; else approve or reject it."),
    Finding.UNKNOWN: (
        "is of somebody who never came here by this id",
        "Perhaps a forged id, or they handed in without opening the page: approve or reject it.",
    ),
    Finding.OTHER_CODE: ("finished here and handed in another code", "Ask them, or approve or reject it."),
    Finding.AGAIN: ("is a second submission for the same work", "The first one is paid; approve or reject this one."),
}


@dataclass(frozen=True)
class Difference:
    """Something that a person should look at. ``work`` is the panel's id of a submission, ``code`` of an
    assignment of ours, ``call`` the number of a call of which nobody knows whether it happened."""

    words: str
    todo: str
    work: str = ""
    code: str = ""
    call: int = 0


def differences(recruitment: Recruitment, *, now: datetime | None = None) -> list[Difference]:
    """Return all differences as of the last look at the panel; empty where both sides agree."""
    return [
        *_unadvertised(recruitment),
        *_postings(recruitment),
        *_submissions(recruitment),
        *_not_handed_in(recruitment, now or timezone.now()),
        *_money(recruitment),
        *_calls(recruitment),
        *_extras(recruitment),
    ]


def _unadvertised(recruitment: Recruitment) -> list[Difference]:
    waiting = recruitment.rounds.filter(done=False).aggregate(n=Sum("places"))["n"]
    if not waiting:
        return []
    return [
        Difference(
            f"{waiting} places are ordered and not all advertised yet.",
            "A running worker goes on with it; or publish again.",
        )
    ]


def _postings(recruitment: Recruitment) -> list[Difference]:
    rows = recruitment.postings.filter(removed=False)
    unseen = Q(seen_at__lt=F("recruitment__synced_at")) | Q(seen_at=None)
    gone = rows.filter(unseen).exclude(reference=F("token")) if recruitment.synced_at else rows.none()
    return [
        Difference(
            f"The panel does not list {row.reference} any more ({row.places} places).",
            "Look at its own pages: it may have been removed there.",
        )
        for row in gone
    ]


def _submissions(recruitment: Recruitment) -> list[Difference]:
    rows = recruitment.submissions.filter(state="submitted").exclude(finding=Finding.MATCHES)
    found = []
    for row in rows.select_related("assignment__participant"):
        what, todo = WORDS[Finding(row.finding)]
        whose = f" ({row.assignment.participant})" if row.assignment else ""
        code = row.assignment.code if row.assignment else ""
        at = row.approves_itself_at
        pays = f" The panel pays it by itself on {at:%-d %B, %H:%M} UTC." if at else ""
        found.append(Difference(f"{row.work}{whose} {what}.{pays}", todo, row.work, code))
    turned_away = recruitment.submissions.filter(
        state="submitted", finding=Finding.MATCHES, assignment__state=Assignment.State.SCREENED_OUT
    )
    for row in turned_away.select_related("assignment__participant") if recruitment.screens_out else ():
        words = f"{row.work} ({row.assignment.participant}) was screened out and came back."  # type: ignore[union-attr]
        found.append(
            Difference(words, "Pay them: screen_out with an amount; or approve for the whole reward.", row.work)
        )
    unpaid = recruitment.submissions.filter(state="submitted", finding=Finding.MATCHES, assignment__payable=False)
    for row in unpaid.select_related("assignment__participant"):
        words = f"{row.work} ({row.assignment.participant}) is finished and not payable."  # type: ignore[union-attr]
        found.append(Difference(words, "Decide: approve or reject it.", row.work))
    return found


def _not_handed_in(recruitment: Recruitment, now: datetime) -> list[Difference]:
    return [
        Difference(
            f"{row.participant} finished here ({row.code}) and has not handed in at the panel.",
            "They may have lost the form, or their time ran out there: compensate them.",
            code=row.code,
        )
        for row in not_handed_in(recruitment, now - PATIENCE)
    ]


def not_handed_in(recruitment: Recruitment, before: datetime) -> list[Assignment]:
    """Return who finished here before, is to be paid, and is on no list of the panel."""
    done = (Assignment.State.SUBMITTED, Assignment.State.WITHDRAWN)
    turned_away = Q(state=Assignment.State.SCREENED_OUT, payable=True)
    ended = Q(state__in=done, submitted_at__lt=before) | turned_away
    rows = Assignment.objects.filter(ended, posting=recruitment.link).exclude(submissions__isnull=False)
    answered = PanelPosting.objects.filter(Q(open=True) | Q(submissions__isnull=False), compensates__isnull=False)
    rows = rows.exclude(compensations__in=answered).filter(payable=True)
    return list(rows.select_related("participant").order_by("pk"))


def _money(recruitment: Recruitment) -> list[Difference]:
    if not recruitment.cost_there:
        return []
    extras = recruitment.transfers.filter(kind="pay", submission=None)
    extra = sum((entry.amount for row in extras for entry in row.entries.filter(parts__gt=0)), Decimal(0))
    found = sums.of_recruitment(recruitment)
    booked, there = found["paid"] + found["fee"] - extra, Decimal(recruitment.cost_there)
    if there in (booked, booked + extra):  # some panels count bonuses in what they say
        return []
    return [
        Difference(
            f"The panel has taken {there:.2f} {recruitment.currency}, and {booked:.2f} is booked here.",
            "Compare fees and postings on its own pages; nothing is paid twice because of this.",
        )
    ]


def _calls(recruitment: Recruitment) -> list[Difference]:
    states = (PanelCall.State.UNSURE, PanelCall.State.INTENDED)
    found = PanelCall.objects.filter(state__in=states, token__contains=recruitment.token)
    rows = [row for row in found if is_unknown(row)]
    return [
        Difference(
            f"Nobody knows whether {row.operation} (call {row.pk}) happened. {row.error}",
            "Ask for the same again: it looks first. If it can't be found, look at the panel's own pages and say so.",
            call=row.pk,
        )
        for row in rows
    ]


def _extras(recruitment: Recruitment) -> list[Difference]:
    """Return bonuses and the like that were set aside, and whose end was never booked: somebody died in between."""
    found = []
    for row in recruitment.transfers.filter(key__contains=":set:").order_by("pk"):
        key = row.key.rsplit(":set:", 1)[0]
        waits = max(sums.of_key(recruitment, key)[name] for name in ("liability", "reserved"))
        calls = PanelCall.objects.filter(token__startswith=key)
        if waits <= 0 or key.startswith("comp-") or any(is_unknown(call) for call in calls):
            continue
        terms = row.terms
        words = f"A bonus of {terms.get('amount')} {row.currency} for {terms.get('work')} was begun and never booked."
        todo = f"Ask for the same again, in the same words: “{terms.get('reason')}”. It is not paid twice."
        found.append(Difference(words, todo))
    return found
