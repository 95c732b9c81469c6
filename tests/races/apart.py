"""A survey in a database of its own: python -m tests.races.apart make PLACES, or … read, where DATABASE_URL says.

For tests that stop or fill a database, which the run's own has to be spared.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import ROOT, environment


@dataclass(frozen=True)
class Apart:
    """A survey of pairs, eight to a place, that a test publishes and reads from outside."""

    database_url: str
    media: Path

    def publish(self, places: int) -> list[str]:
        """Make the tables and the survey; return its links' keys."""
        self._run("manage.py", "migrate", "--verbosity", "0")
        keys: list[str] = json.loads(self._run("-m", "tests.races.apart", "make", str(places)))
        return keys

    def read(self) -> dict[str, Any]:
        """Return what the database keeps: answers, the places of finished assignments, and all places' states."""
        found: dict[str, Any] = json.loads(self._run("-m", "tests.races.apart", "read"))
        return found

    def _run(self, *command: str) -> str:
        own = environment(self.database_url, self.media)
        done = subprocess.run([sys.executable, *command], cwd=ROOT, env=own, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


def make(places: int) -> list[str]:
    from tests.surveys import factories

    study = factories.make_study(originals=8, methods=4)
    _, published = factories.make_published_survey(study, raters=places // 4, invitations=places)
    return list(published.keys)


def read() -> dict[str, Any]:
    from surveys.models import Answer, Assignment, Place

    finished = Assignment.objects.filter(holds_place=True, state=Assignment.State.SUBMITTED, usable=True)
    return {
        "answers": list(Answer.objects.values_list("receipt", "item__position", "value")),
        "finished": list(finished.values_list("place__number", flat=True)),
        "assignments": Assignment.objects.count(),
        "places": dict(Place.objects.values_list("number", "state")),
    }


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(make(int(sys.argv[2])) if sys.argv[1] == "make" else read()))


if __name__ == "__main__":
    main()
