"""Participants in processes of their own, all at once: what they were told, against what the database keeps."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from surveys.models import Answer, Assignment, Place, Survey
from tests.races.apart import Apart
from tests.servers import ROOT

Told = tuple[str, int, Any]
"""A receipt, the position and the value that it acknowledges."""


class Crowd:
    """So many client processes that share the links among them."""

    def __init__(self, url: str, keys: Sequence[str], folder: Path, *, clients: int, seed: int, patient: bool = False):
        self.files = [folder / f"receipts-{number}" for number in range(clients)]
        self.running = []
        for number, receipts in enumerate(self.files):
            links = folder / f"links-{number}"
            links.write_text("\n".join(f"/join/{key}/" for key in keys[number::clients]))
            command = [sys.executable, "-m", "tests.races.client", url, str(links), str(receipts), str(seed + number)]
            command += ["503"] if patient else []
            self.running.append(
                subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            )

    def at_work(self) -> bool:
        """Tell whether one of them has not finished."""
        return any(process.poll() is None for process in self.running)

    def acknowledged(self) -> list[Told]:
        """Return every receipt that one of them was given so far."""
        lines = [line.split() for file in self.files if file.exists() for line in file.read_text().splitlines()]
        return [(receipt, int(position), int(value)) for receipt, position, value in lines]

    def wait(self, seconds: float = 240) -> Counter[str]:
        """Wait until all have finished well; return how often each said what: won, finished, unavailable."""
        outputs = [process.communicate(timeout=seconds)[0] for process in self.running]
        failed = [output for process, output in zip(self.running, outputs, strict=True) if process.returncode]
        assert not failed, failed[0]
        return Counter(line.split()[0] for output in outputs for line in output.splitlines())

    def end(self) -> None:
        """Kill who is still at work, where a test failed."""
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.communicate()


def kept() -> list[Told]:
    """Return what the database keeps of every answer."""
    rows = Answer.objects.select_related("item")
    return [(row.receipt, row.item.position, row.value) for row in rows]


def check(survey: Survey, crowd: Crowd, places: int) -> None:
    """Check that receipts equal rows, and that each of so many places is filled by one person, once."""
    rows = kept()
    assert sorted(crowd.acknowledged()) == sorted(rows)
    assert len({receipt for receipt, _, _ in rows}) == len(rows)
    assert not Answer.objects.filter(current=False).exists()
    filled = survey.places.filter(state=Place.State.FILLED)
    assert filled.count() == places
    holders = Assignment.objects.filter(holds_place=True, state=Assignment.State.SUBMITTED, usable=True)
    assert sorted(holders.values_list("place", flat=True)) == sorted(filled.values_list("pk", flat=True))
    assert Assignment.objects.count() == places


def check_apart(apart: Apart, crowd: Crowd, places: int) -> None:
    """Check the same of a survey in a database of its own."""
    kept = apart.read()
    assert sorted(crowd.acknowledged()) == sorted(tuple(row) for row in kept["answers"])
    assert len({receipt for receipt, _, _ in kept["answers"]}) == len(kept["answers"]) == places * 8
    assert set(kept["places"].values()) == {"filled"}
    assert sorted(kept["finished"]) == sorted(map(int, kept["places"]))
    assert len(kept["finished"]) == kept["assignments"] == places
