"""Calls that must not be made again after the service has forgotten their token."""

from __future__ import annotations

from collections.abc import Callable

from surveys.panels.base import Call, Journal, PanelError, PanelUnsure, Reply, carry_out
from surveys.panels.mturk.troubles import after_a_lost_answer


def carry_out_once(journal: Journal, call: Call, send: Callable[[], Reply], look: Callable[[], Reply | None]) -> Reply:
    """Carry a call out; where it had to be looked for, a refusal does not say that it never happened.

    What was made a moment ago may not be listed yet. Written down as not done, it would be sent again without a look
    even when the token is forgotten, after a day.
    """
    doubt = False

    def looking() -> Reply | None:
        nonlocal doubt
        doubt = True
        return look()

    def sending() -> Reply:
        try:
            return send()
        except PanelUnsure:
            raise
        except PanelError as error:
            if not doubt:
                raise
            raise after_a_lost_answer(error) from error

    return carry_out(journal, call, sending, looking, repeatable=True)
