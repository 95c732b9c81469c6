"""The workspace behind a token: its money, its currency, its groups of participants."""

from __future__ import annotations

from typing import Any

from surveys.panels.base import Call, Funds, Journal, PanelRefused, Reply, carry_out
from surveys.panels.prolific.money import from_cents
from surveys.panels.prolific.names import part
from surveys.panels.prolific.people import checked
from surveys.panels.prolific.studies import id_of
from surveys.panels.prolific.wire import Wire


class Account:
    """What belongs to a workspace."""

    def __init__(self, wire: Wire, *, workspace: str = "") -> None:
        self._wire = wire
        self._workspace = workspace
        self._currency = ""

    @property
    def workspace(self) -> str:
        """Return the workspace that was named, or the only one there is."""
        if not self._workspace:
            found = [str(one["id"]) for one in self._wire.pages("list workspaces", "/workspaces/")]
            if len(found) != 1:
                raise PanelRefused(
                    f"The token belongs to {len(found)} workspaces at Prolific.",
                    "Say which: give its id, which stands in the address of its page.",
                )
            self._workspace = found[0]
        return self._workspace

    @property
    def currency(self) -> str:
        """Return what the workspace pays in; asked for once."""
        if not self._currency:
            self._balance()
        return self._currency

    def funds(self) -> Funds:
        """Return what may be spent, and what is set aside for studies."""
        reply = self._balance()
        total, available = reply.get("total_balance"), reply.get("available_balance")
        if available is None:
            return Funds(None)
        held = None if total is None else from_cents(total - available, self._currency)
        return Funds(from_cents(available, self._currency), held)

    def _balance(self) -> dict[str, Any]:
        reply = self._wire.read("retrieve balance", f"/workspaces/{self.workspace}/balance/")
        self._currency = str(reply.get("currency_code") or "")
        if not self._currency:
            raise PanelRefused("Prolific does not say what the workspace pays in.", "Look at its page Finance.")
        return reply

    def filters(self) -> list[dict[str, Any]]:
        """Return the filters that the service offers to this workspace."""
        reply = self._wire.read("list filters", "/filters/", workspace_id=self.workspace)
        return list(reply["results"])

    def group(self, name: str, *, token: str, journal: Journal) -> str:
        """Return the group of participants of this name, made if it is not there."""

        def look() -> Reply | None:
            for one in self._wire.pages("list groups", "/participant-groups/", workspace_id=self.workspace):
                if one.get("name") == name and not one.get("is_deleted"):
                    return {"id": str(one["id"])}
            return None

        def send() -> Reply:
            found = look()
            if found is not None:
                return found
            body = {"workspace_id": self.workspace, "name": name, "description": "Took part before."}
            return {"id": id_of(self._wire.write("POST", "create group", "/participant-groups/", body))}

        call = Call("create group", part(token, "once"), {"name": name})
        return str(carry_out(journal, call, send, look, repeatable=True)["id"])

    def add(self, group: str, person: str, *, token: str, journal: Journal) -> None:
        """Put a participant into a group; once is as good as twice."""
        checked(person, "participant")

        def send() -> Reply:
            body = {"participant_ids": [person]}
            self._wire.write("POST", "add to group", f"/participant-groups/{group}/participants/", body, hide=(person,))
            return {"group": group}

        call = Call("add to group", part(token, "member"), {"group": group})
        carry_out(journal, call, send, lambda: None, repeatable=True)
