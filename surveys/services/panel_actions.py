"""What can be done with a recruitment by name, for commands and for work in the background alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from surveys.models import Assignment, Recruitment
from surveys.panels.base import Panel
from surveys.services import extras, ordering, panel_calls, panel_money, paying, reconciling, recruiting, winding_up
from surveys.services.errors import ServiceError
from surveys.services.ordering import Order

MOST_LINES = 20


@dataclass(frozen=True)
class Asked:
    """What goes with an action; plain values, so that a task can carry them."""

    works: tuple[str, ...] = ()
    assignment: str = ""
    amount: str = ""
    reason: str = ""
    category: str = ""
    places: int | None = None
    call: int = 0
    price: str = ""
    at_most: str = ""
    leave_unpaid: bool = False
    by: str = ""


Action = Callable[[Recruitment, Panel, Asked], str]


def act(*, action: str, recruitment: Recruitment, panel: Panel, asked: Asked) -> str:
    """Carry out an action and return what came of it, in words.

    Raises
    ------
    ServiceError
        It can't be done, something that it needs was not said, or the panel refused.
    """
    if action not in ACTIONS:
        raise ServiceError(f"There is no action “{action}”. Nothing was changed.")
    return ACTIONS[action](recruitment, panel, asked)


def _status(row: Recruitment, panel: Panel, asked: Asked) -> str:
    return ""


def _sync(row: Recruitment, panel: Panel, asked: Asked) -> str:
    result = reconciling.sync(recruitment=row, panel=panel)
    recruiting.advertise(recruitment=row, panel=panel)
    return f"Looked at the panel: {result.new} new, {result.changed} changed."


def _approve(row: Recruitment, panel: Panel, asked: Asked) -> str:
    done = paying.approve(recruitment=row, panel=panel, works=asked.works or None, feedback=asked.reason)
    return "\n".join([f"Approved: {done.done}.", *done.troubles[:MOST_LINES]])


def _reject(row: Recruitment, panel: Panel, asked: Asked) -> str:
    works = _works(asked)
    done = paying.reject(recruitment=row, panel=panel, works=works, reason=asked.reason, category=asked.category)
    return f"Rejected: {done.done}."


def _unreject(row: Recruitment, panel: Panel, asked: Asked) -> str:
    for work in _works(asked):
        paying.unreject(recruitment=row, panel=panel, work=work, reason=asked.reason)
    return "Paid after all."


def _bonus(row: Recruitment, panel: Panel, asked: Asked) -> str:
    works, amount = _works(asked), _amount(asked.amount)
    paid = [extras.bonus(recruitment=row, panel=panel, work=work, amount=amount, reason=asked.reason) for work in works]
    return "Paid." if all(paid) else "This bonus was paid before, in these words: change them to pay another one."


def _screen_out(row: Recruitment, panel: Panel, asked: Asked) -> str:
    for work in _works(asked):
        extras.screen_out(recruitment=row, panel=panel, work=work, amount=_amount(asked.amount))
    return "Paid; the panel gives their places to others."


def _compensate(row: Recruitment, panel: Panel, asked: Asked) -> str:
    if not asked.assignment:
        raise ServiceError("Say whom: the code of their assignment.")
    found = Assignment.objects.filter(code=asked.assignment, posting=row.link).first()
    if found is None:
        raise ServiceError(f"Nobody who came by this panel has the assignment {asked.assignment}.")
    amount = _amount(asked.amount or row.reward)
    made = extras.compensate(recruitment=row, panel=panel, assignment=found, amount=amount, reason=asked.reason)
    return f"They find it at {made.url}; approve it when they have handed it in." if made else "Paid."


def _was_paid(row: Recruitment, panel: Panel, asked: Asked) -> str:
    return f"Booked as paid: {paying.settle_gone(recruitment=row, works=_works(asked), paid=True).done}."


def _was_not_paid(row: Recruitment, panel: Panel, asked: Asked) -> str:
    return f"Booked as not paid: {paying.settle_gone(recruitment=row, works=_works(asked), paid=False).done}."


def _happened(row: Recruitment, panel: Panel, asked: Asked) -> str:
    panel_calls.settle(study=row.link.survey.study, call=asked.call, happened=True)
    return "Noted as done: ask for the same again, and it is booked without being sent."


def _not_happened(row: Recruitment, panel: Panel, asked: Asked) -> str:
    call = panel_calls.settle(study=row.link.survey.study, call=asked.call, happened=False)
    panel_money.drop_unsent(row, call.token)
    return "Noted as not done: ask for the same again, and it is sent."


def _extend(row: Recruitment, panel: Panel, asked: Asked) -> str:
    wanted = Order(asked.by, asked.places, typed=asked.price, at_most=asked.at_most)
    ordering.order_more(recruitment=row, panel=panel, wanted=wanted)
    recruiting.advertise(recruitment=row, panel=panel)
    return "Advertised."


def _pause(row: Recruitment, panel: Panel, asked: Asked) -> str:
    recruiting.pause(recruitment=row, panel=panel)
    return "Paused: nobody new comes."


def _resume(row: Recruitment, panel: Panel, asked: Asked) -> str:
    recruiting.resume(recruitment=row, panel=panel)
    return "Open again."


def _stop(row: Recruitment, panel: Panel, asked: Asked) -> str:
    recruiting.stop(recruitment=row, panel=panel)
    reconciling.sync(recruitment=row, panel=panel)
    return "Stopped: nobody new comes. Who is at it may finish, and is paid."


def _close(row: Recruitment, panel: Panel, asked: Asked) -> str:
    waiting = winding_up.close(recruitment=row, panel=panel, leave_unpaid=asked.leave_unpaid)
    if not waiting:
        return "Closed: all is decided, and what was set aside and not needed is free again."
    lines = [f"{step.posting} waits: {step.waiting_for}." for step in waiting[:MOST_LINES]]
    return "\n".join([*lines, f"{len(waiting)} still to close: do this again later."])


def _works(asked: Asked) -> tuple[str, ...]:
    if not asked.works:
        raise ServiceError("Say which work: the panel's id of the submission.")
    return asked.works


def _amount(text: str) -> Decimal:
    if not panel_money.AMOUNT.fullmatch(text.strip()):
        raise ServiceError(f"“{text[:40]}” is no amount: write it as in 0.75.")
    return Decimal(text.strip())


ACTIONS: dict[str, Action] = {
    "status": _status,
    "sync": _sync,
    "approve": _approve,
    "reject": _reject,
    "unreject": _unreject,
    "bonus": _bonus,
    "compensate": _compensate,
    "screen_out": _screen_out,
    "was_paid": _was_paid,
    "was_not_paid": _was_not_paid,
    "happened": _happened,
    "not_happened": _not_happened,
    "extend": _extend,
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
    "close": _close,
}
