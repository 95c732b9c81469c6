"""``python -m compression build``: make all stimuli and renditions of a study file."""

import argparse
from pathlib import Path
from typing import Any

from compression import manifest, study
from compression.build import build, finished
from compression.commands.codes import INCOMPLETE, OK
from compression.progress import Progress
from compression.store import Store

USABLE = {"ready", "unpaired"}


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("build", help="make all stimuli and renditions of a study file; resumes")
    parser.add_argument("study", type=Path, metavar="STUDY.toml")
    parser.add_argument("--files", type=Path, metavar="DIR", help="where the study's files are (default: beside it)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="gets store/ and stimuli.csv")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Build, say what is not ready, and return the exit code."""
    plan = study.load(options.study, options.files)
    store = Store(options.out / "store")
    with Progress() as progress:
        for event in build(plan, store):
            progress.show(event)
    built = finished(plan, store)
    manifest.write_stimuli_csv(options.out / "stimuli.csv", plan.study, built.stimuli, plan.simulated)
    usable = sum(row.state in USABLE for row in built.stimuli)
    print(f"{usable} of {len(built.stimuli)} stimuli have a picture; {built.area_px} pixels are shown of each")
    for row in built.stimuli:
        if row.state != "ready":
            print(f"{row.stimulus} is {row.state}: {row.reason}")
    return INCOMPLETE if any(row.state == "failed" for row in built.stimuli) else OK
