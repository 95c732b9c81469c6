"""What the journal says of a call before and after it, and what a record of provenance takes from that."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from compression.journal import Attempt
from compression.paid import CallFailed, PlannedCall, Reply
from compression.prices import Prices

WORST_CASE = "the cost is the most it can have been: the answer does not say what it used"
NOTHING_CAME = Reply(b"", b"")
OF_THE_ANSWER = ("model_answered", "request_id", "usage", "cost", "currency", "seconds", "notes")


def planned(call: PlannedCall, prices: Prices) -> dict[str, Any]:
    """Return the row of a call that is about to be sent."""
    worst, currency = prices.worst(call.worst)
    row = {
        "at": now(), "backend": call.worst.backend, "host": call.worst.host, "model_asked": call.worst.model,
        "description": dict(call.description),
    }  # fmt: skip
    return row if worst is None else row | {"cost_at_most": str(worst), "currency": currency}


def done(call: PlannedCall, reply: Reply, prices: Prices, answer: str, result: str) -> dict[str, Any]:
    """Return the row of a call that brought what it was made for.

    Parameters
    ----------
    answer, result
        Hashes of the files that keep the answer as it came, and what was asked for.
    """
    return _ended(reply, answer) | _cost(call, reply, prices) | {"result": result}


def failed(call: PlannedCall, error: CallFailed, prices: Prices, answer: str) -> dict[str, Any]:
    """Return the row of a call that failed; it has a cost when it may have been billed."""
    reply = error.reply or NOTHING_CAME
    row = {"outcome": error.outcome, "message": error.message, "remedy": error.remedy}
    return row | _ended(reply, answer) | (_cost(call, reply, prices) if error.billable else {})


def provenance(attempt: Attempt) -> dict[str, Any]:
    """Return what a record says of the call, from its rows alone: the same now and in every later run."""
    row, ended = attempt.rows["planned"], attempt.row
    found = {"backend": row["backend"], "host": row["host"], "model_asked": row["model_asked"]}
    found |= {name: ended[name] for name in OF_THE_ANSWER if name in ended}
    return found | {"started_at": attempt.rows.get("sent", row)["at"]}


def amount(row: Mapping[str, Any]) -> Decimal | None:
    """Return what a row says the call cost."""
    return Decimal(row["cost"]) if "cost" in row else None


def now() -> str:
    """Return the time in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _ended(reply: Reply, answer: str) -> dict[str, Any]:
    row = {
        "request_id": reply.request_id, "model_answered": reply.model, "usage": dict(reply.usage), "answer": answer,
        "notes": list(reply.notes),
    }  # fmt: skip
    return {"at": now()} | {name: value for name, value in row.items() if value}


def _cost(call: PlannedCall, reply: Reply, prices: Prices) -> dict[str, Any]:
    worst, currency = prices.worst(call.worst)
    actual = prices.actual(call.worst, reply.usage)
    if actual is not None:
        return {"cost": str(actual), "currency": currency}
    if worst is not None:
        return {"cost": str(worst), "currency": currency, "notes": [*reply.notes, WORST_CASE]}
    return {}
