"""``python -m compression``: build a study's stimuli, or verify what was built."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from compression import manifest, study
from compression.build import BuildError, build, finished
from compression.errors import StudyError
from compression.progress import Progress
from compression.store import Store, StoreError

USABLE = {"ready", "unpaired"}
OK, INCOMPLETE, WRONG, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code.

    0: done. 1: done, but a stimulus failed or a file is damaged. 2: cannot be done. 130: interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (StudyError, BuildError, StoreError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}: free space or correct the path", file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted: the same command goes on where it stopped", file=sys.stderr)
        return INTERRUPTED
    return WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m compression", description=__doc__)
    commands = parser.add_subparsers(required=True)
    building = commands.add_parser("build", help="make all stimuli and renditions of a study file; resumes")
    building.add_argument("study", type=Path, metavar="STUDY.toml")
    building.add_argument("--files", type=Path, metavar="DIR", help="where the study's files are (default: beside it)")
    building.add_argument("--out", type=Path, required=True, metavar="DIR", help="gets store/ and stimuli.csv")
    building.set_defaults(run=_build)
    verifying = commands.add_parser("verify", help="hash everything again that was built")
    verifying.add_argument("out", type=Path, metavar="DIR")
    verifying.set_defaults(run=_verify)
    return parser


def _build(options: argparse.Namespace) -> int:
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


def _verify(options: argparse.Namespace) -> int:
    store = Store(options.out / "store")
    if not store.root.is_dir():
        print(f"{store.root} is not there: build the study first", file=sys.stderr)
        return WRONG
    table = options.out / "stimuli.csv"
    damaged = list(store.damaged())
    lost = sorted(sha256 for sha256 in manifest.hashes(table) if not store.has_blob(sha256)) if table.exists() else []
    for path in damaged:
        print(f"{path} is damaged: delete it and build again", file=sys.stderr)
    for sha256 in lost:
        print(f"{store.path(sha256)} is missing: build again", file=sys.stderr)
    wrong = len(damaged) + len(lost)
    print(f"{wrong} files are damaged or missing" if wrong else "Everything is as it was written")
    return INCOMPLETE if wrong else OK


if __name__ == "__main__":
    sys.exit(main())
