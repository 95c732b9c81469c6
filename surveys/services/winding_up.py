"""The end of a recruitment: what is decided is removed, what is not needed is free again, every cent is somewhere."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from surveys.models import PanelPosting, Recruitment
from surveys.panels.base import Closing, Panel
from surveys.selectors import transfers as sums
from surveys.selectors.differences import not_handed_in
from surveys.services import panel_money, paying, reconciling
from surveys.services.errors import ConflictError
from surveys.services.recruiting import asking, journal_of
from surveys.services.transfers import Account


def _first(recruitment: Recruitment, *, leave_unpaid: bool) -> list[Closing]:
    """Return what has to be settled before anything is removed: what is removed can be given nothing any more."""
    if owed := sums.of_extras(recruitment)[Account.LIABILITY]:
        words = f"the end of a bonus ({owed:.2f} {recruitment.currency} with its fee) that nobody knows"
        return [Closing("the ledger", done=False, waiting_for=words)]
    if recruitment.postings.filter(removed=False, reference=F("token")).exists():
        return [Closing("the ledger", done=False, waiting_for="a compensation whose end nobody knows")]
    if gone := paying.undecided_and_gone(recruitment):
        return gone
    unpaid = [] if leave_unpaid else not_handed_in(recruitment, timezone.now())
    words = "finished here, to be paid, and not handed in: compensate them, or close with --leave-unpaid"
    return [Closing(f"{row.participant} ({row.code})", done=False, waiting_for=words) for row in unpaid]


def close(*, recruitment: Recruitment, panel: Panel, leave_unpaid: bool = False) -> list[Closing]:
    """Take a step towards the end of a recruitment: remove what is decided, give back what was set aside.

    Parameters
    ----------
    leave_unpaid
        Whether it is known and meant that people who finished here, and could not hand in, stay unpaid.

    Returns
    -------
    list[Closing]
        What is not removed yet and what it waits for; empty when all is closed and every cent is somewhere.
    """
    if recruitment.state not in (Recruitment.State.STOPPED, Recruitment.State.CLOSED):
        raise ConflictError("Stop it first: people may still take it.")
    reconciling.sync(recruitment=recruitment, panel=panel)
    if first := _first(recruitment, leave_unpaid=leave_unpaid):
        return first
    waiting: list[Closing] = []
    for row in recruitment.postings.filter(removed=False):
        with asking(recruitment):
            step = panel.close(
                row.reference, token=f"{recruitment.token}-close{row.pk}", journal=journal_of(recruitment)
            )
        if step.done:
            PanelPosting.objects.filter(pk=row.pk).update(removed=True, open=False, at_work=0)
        else:
            waiting.append(step)
    waiting += paying.undecided_and_gone(recruitment)
    if not waiting and (left := sums.of_recruitment(recruitment)[Account.LIABILITY]):
        words = f"{left:.2f} {recruitment.currency} that are owed and neither paid nor refused"
        waiting.append(Closing("the ledger", done=False, waiting_for=words))
    if not waiting:
        panel_money.release_rest(recruitment)
        Recruitment.objects.filter(pk=recruitment.pk).update(state=Recruitment.State.CLOSED)
        recruitment.link.closed = True
        recruitment.link.save(update_fields=["closed"])
        recruitment.refresh_from_db()
    return waiting
