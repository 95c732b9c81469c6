"""A whole recruitment on a copy of a study at a simulated panel: published, taken, reconciled, paid, closed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveys.models import Study, Survey
from surveys.rehearsal import crowd, knowing
from surveys.rehearsal.copying import copy_study
from surveys.rehearsal.crowd import Person
from surveys.rehearsal.scratch import Scratch, free_port
from surveys.rehearsal.serving import Site
from surveys.rehearsal.stages import STAGES, Stage
from surveys.rehearsal.visits import Behaviour
from surveys.services.errors import ServiceError

Say = Callable[[str], None]
REWARD, CURRENCY = "1.00", "USD"
ODD = (Behaviour.TWICE, Behaviour.RETURN, Behaviour.ABANDON, Behaviour.MALFORMED)
LIMIT = "9999.00"
MOST_STEPS = 5
NOTHING_DONE = (
    "This was handed in without a single picture having been looked at or a question answered on our page, so there is "
    "nothing that could be counted or paid for."
)


@dataclass(frozen=True)
class Rehearsal:
    """What is rehearsed, and where."""

    survey: Survey
    panel: str
    people: int
    folder: Path
    say: Say

    def run(self) -> None:
        """Go the whole way, and say each step.

        Raises
        ------
        ServiceError
            A step failed, with its last words.
        """
        study = self.survey.study
        scratch = Scratch(self.folder, free_port())
        self.say(f"Copying study {study.slug}, without its people, to {self.folder}: the study itself is not touched.")
        copy_study(study=study, scratch=scratch, adapt=self._pay)
        stage = STAGES[self.panel](_currency(study))
        stage.start()
        try:
            with Site(scratch, **stage.settings()):
                self._publish(scratch, stage)
                self._take(stage)
                self._settle(scratch, stage)
        finally:
            stage.stop()
        self.say(f"The simulated {stage.title} itself says: {stage.account()}.")

    def _pay(self, study: Study) -> None:
        """Name a reward in the copy where the study has none."""
        definition: dict[str, Any] = study.definition
        surveys = {each["slug"]: each for each in definition.get("surveys", [])}
        own = surveys.setdefault(self.survey.slug, {"slug": self.survey.slug})
        if not own.get("reward"):
            own["reward"] = REWARD
            self.say(f"Survey {self.survey.slug} names no reward: the copy pays {REWARD} {_currency(study)} to each.")
        definition["surveys"] = list(surveys.values())
        definition["panel"] = definition.get("panel", {}) | {"currency": _currency(study)}
        consent = definition.get("consent", {})
        if str(consent.get("pay", "none")).strip().rstrip(".").casefold() == "none":
            definition["consent"] = consent | {"pay": f"{own['reward']} {_currency(study)}"}

    def _publish(self, scratch: Scratch, stage: Stage) -> None:
        publish = ("--panel", self.panel, "--at-most", LIMIT, "--below-floor")
        self._command(scratch, stage, "publish", *publish)

    def _take(self, stage: Stage) -> None:
        people = [self._person(stage, number) for number in range(self.people)]
        self.say(f"{len(people)} simulated people come, by the panel's pages and ours:")
        visits = crowd.run(people, known=knowing.of_study(self.survey.study))
        for ended, number in sorted(Counter(str(visit.ended) for visit in visits).items()):
            self.say(f"  {number} {ended.replace('_', ' ')}")
        if stage.hand_in_nothing(self.people + 1):
            self.say("  1 handed in at the panel without having come to us")
        else:
            self.say("  all places are taken: nobody was left to hand in without having come to us")
        stage.let_time_pass()

    def _person(self, stage: Stage, number: int) -> Person:
        name, side = stage.person(number)
        odd = (*((Behaviour.PREVIEW,) if stage.previews else ()), *ODD)
        behaviour = odd[number] if number < len(odd) and self.people > 2 * len(odd) else Behaviour.FINISH
        return Person(name, number, side, behaviour)

    def _settle(self, scratch: Scratch, stage: Stage) -> None:
        found = self._command(scratch, stage, "sync_panels")
        self._command(scratch, stage, "panel", "approve")
        if stranger := re.search(r"^\s*(\w+) is of somebody who never came", found, re.MULTILINE):
            reject = ("--work", stranger[1], "--reason", NOTHING_DONE, *stage.rejection)
            self._command(scratch, stage, "panel", "reject", *reject)
        self._command(scratch, stage, "panel", "stop")
        for _ in range(MOST_STEPS):
            if "still to close" not in self._command(scratch, stage, "panel", "close", "--leave-unpaid"):
                return
        raise ServiceError("It could not be closed: the last step says what it waits for.")

    def _command(self, scratch: Scratch, stage: Stage, *words: str) -> str:
        """Run a command as an experimenter would type it, and say both it and its answer."""
        words = (*words, "--study", self.survey.study.slug, "--survey", self.survey.slug)
        self.say(f"\n$ manage.py {' '.join(f'“{word}”' if ' ' in word else word for word in words)}")
        said = scratch.manage(*words, **stage.settings())
        self.say(said.rstrip())
        return said


def _currency(study: Study) -> str:
    return study.definition.get("panel", {}).get("currency") or CURRENCY
