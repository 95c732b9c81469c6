"""What panels advertise for a survey, and how many of its places that covers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q, Sum

from surveys.models import Assignment, PanelSubmission, Place, Recruitment, Survey
from surveys.panels.base import Environment
from surveys.panels.mturk.environments import worker_site
from surveys.panels.mturk.question import AT_HOME

State = Recruitment.State
USED = ("submitted", "approved")
LOST = ("rejected", "screened_out")
"""States of a submission whose place somebody else gets, where the panel fills places anew."""


def unadvertised(survey: Survey) -> int:
    """Return how many places are neither filled nor advertised at a panel.

    Places that a panel still advertises count as such until its own list shows the work; that may say a few too few,
    never too many.
    """
    wanted = survey.places.exclude(state=Place.State.FILLED).count()
    return max(0, wanted - sum(outstanding(row) for row in Recruitment.objects.filter(link__survey=survey)))


def outstanding(recruitment: Recruitment) -> int:
    """Return for how many places somebody may still come through a recruitment."""
    if recruitment.state in (State.STOPPED, State.CLOSED):
        there = recruitment.postings.filter(compensates=None).aggregate(n=Sum("at_work"))["n"] or 0
        held = Assignment.objects.filter(posting=recruitment.link, state=Assignment.State.STARTED, holds_place=True)
        return max(there, held.count())
    asked = recruitment.rounds.aggregate(n=Sum("places"))["n"] or 0
    states = USED if recruitment.refills else (*USED, *LOST)
    used = PanelSubmission.objects.filter(recruitment=recruitment, state__in=states, posting__compensates=None)
    return max(0, asked - used.count())


def framing_site(environment: Environment) -> str:
    """Return the site in whose pages a panel shows ours; empty where it opens them in a window."""
    if environment.panel != "mturk":
        return ""
    sites: list[str] = list(settings.MTURK_WORKER_SITES)
    return sites[0] if sites else worker_site(environment)


def may_frame(site: str) -> bool:
    """Tell whether a site is among those that may show participants' pages in a frame."""
    return any(re.fullmatch(_pattern(origin), site.rstrip("/")) for origin in settings.FRAMED_BY)


def _pattern(origin: str) -> str:
    return re.escape(origin).replace(r"\*\.", r"([a-z0-9-]+\.)+").replace(r":\*", r"(:\d+)?")


def is_at_home(address: str) -> bool:
    """Tell whether an address is on this machine."""
    return urlsplit(address).hostname in AT_HOME


def of_survey(survey: Survey) -> list[Recruitment]:
    """Return a survey's recruitments with the number of their submissions, the latest first."""
    rows = Recruitment.objects.filter(link__survey=survey).select_related("link__survey__study")
    submitted = Count("submissions", filter=Q(submissions__state="submitted"))
    return list(rows.annotate(waiting=submitted).order_by("-pk"))
