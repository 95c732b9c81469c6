"""The site where participants are: what they do, whether a browser or a test does it."""

from __future__ import annotations

from surveys.panels.prolific.simulator.account import COUNTRIES
from surveys.panels.prolific.simulator.records import AT_IT, Participant, Study, Submission
from surveys.panels.prolific.simulator.refusals import Refusal, gone
from surveys.panels.prolific.simulator.world import World

NOCODE = "NOCODE"


class ParticipantSite:
    """What a participant can do. Raises `Refusal` with words for what they cannot."""

    def __init__(self, world: World) -> None:
        self.world = world

    def studies(self, participant: str) -> list[Study]:
        """List the studies that a participant is shown."""
        with self.world.lock:
            self.world.tick()
            who = self.world.participant(participant)
            return [study for study in self.world.studies.values() if self._why_not(study, who) == ""]

    def take(self, study: str, participant: str) -> Submission:
        """Take a place."""
        with self.world.lock:
            self.world.tick()
            wanted, who = self.world.study(study), self.world.participant(participant)
            why_not = self._why_not(wanted, who)
            if why_not:
                raise Refusal(403, "Forbidden", why_not)
            now = self.world.now()
            one = Submission(
                self.world.new_id(), wanted.id, who.id, "ACTIVE", now, now + 60 * wanted.values["maximum_allowed_time"]
            )
            wanted.submissions[one.id] = one
            self.world.settle(wanted)
            self.world.changed(one)
            return one

    def address(self, submission: str) -> str:
        """Return where a participant is sent, with the ids filled in."""
        with self.world.lock:
            study, one = self.world.submission(submission)
            url = str(study.values["external_study_url"])
            for name, value in (("PROLIFIC_PID", one.participant), ("STUDY_ID", study.id), ("SESSION_ID", one.id)):
                url = url.replace(f"{{{{%{name}%}}}}", value)
            return url

    def return_(self, submission: str) -> None:
        """Give a place back, also after completing."""
        with self.world.lock:
            self.world.tick()
            one = self.world.submission(submission)[1]
            if one.status not in (*AT_IT, "AWAITING REVIEW"):
                raise Refusal(403, "Forbidden", "This submission cannot be returned any more.")
            self.world.change(one, "RETURNED")

    def complete(self, participant: str, code: str = NOCODE) -> Submission:
        """Come back with a code, for what this participant is at."""
        with self.world.lock:
            self.world.tick()
            study, one = self.at(participant)
            one.completed_at, one.code = self.world.now(), code
            known = next((this for this in study.values["completion_codes"] if this["code"] == code), None)
            actions = [action["action"] for action in known["actions"]] if known else []
            if "FIXED_SCREEN_OUT_PAYMENT" in actions:
                self.world.screen_out(study, one)
                return one
            self.world.change(one, "AWAITING REVIEW")
            if "AUTOMATICALLY_APPROVE" in actions:
                self.world.approve(study, one)
            return one

    def at(self, participant: str) -> tuple[Study, Submission]:
        """Return what a participant is at: one piece of work at a time."""
        with self.world.lock:
            for study in self.world.studies.values():
                for one in study.submissions.values():
                    if one.participant == participant and one.status in AT_IT:
                        return study, one
            raise gone("submission that is under way")

    def _why_not(self, study: Study, who: Participant) -> str:
        if study.status() != "ACTIVE" or not study.free():
            return "There are no places in this study."
        if any(one.participant == who.id for one in study.submissions.values()):
            return "You have taken part in this study before."
        if any(
            one.participant == who.id and one.status in AT_IT
            for known in self.world.studies.values()
            for one in known.submissions.values()
        ):
            return "You are at another study."
        meets = all(self._meets(one, who) for one in study.values.get("filters", []))
        return "" if meets else "You are not eligible for this study."

    def _meets(self, one: dict[str, object], who: Participant) -> bool:
        wanted = one.get("selected_values") or []
        assert isinstance(wanted, list)
        if one["filter_id"] == "current-country-of-residence":
            return who.country in [COUNTRIES[key] for key in wanted]
        if one["filter_id"] == "participant_group_blocklist":
            return all(who.id not in self.world.groups[group].members for group in wanted)
        held = who.approval_rate if one["filter_id"] == "approval_rate" else who.approvals
        bounds = one["selected_range"]
        assert isinstance(bounds, dict)
        return bool(bounds["lower"] <= held <= bounds["upper"])
