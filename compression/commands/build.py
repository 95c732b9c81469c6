"""``python -m compression build``: make all stimuli and renditions of a study file."""

import argparse
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from compression import cluster, manifest, provenance, study
from compression.build import build, finished
from compression.commands import spending
from compression.commands.codes import INCOMPLETE, OK
from compression.estimates import estimate_plan
from compression.prices import Prices
from compression.progress import Progress
from compression.store import Store
from compression.store_s3 import S3Store
from compression.stores import open_store
from compression.types import Plan

USABLE = {"ready", "unpaired"}


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("build", help="make all stimuli and renditions of a study file; resumes")
    parser.add_argument("study", type=Path, metavar="STUDY.toml")
    parser.add_argument("--files", type=Path, metavar="DIR", help="where the study's files are (default: beside it)")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="gets store/, stimuli.csv and provenance/"
    )
    parser.add_argument("--store", metavar="ADDRESS", help="a folder or s3://BUCKET/PREFIX (default: DIR/store)")
    parser.add_argument("--dask", metavar="ADDRESS", help="work on the Dask cluster of this scheduler")
    parser.add_argument("--shard", type=shard, metavar="I/N", help="only every N-th original from the I-th")
    spending.add(parser)
    parser.set_defaults(run=run)


def shard(text: str) -> tuple[int, int]:
    """Return ``(i, n)`` from ``i/n``; argparse reports what is wrong with it."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"{text} is not I/N with 1 ≤ I ≤ N: write 1/4 for the first of four")
    return int(number), int(of)


def run(options: argparse.Namespace) -> int:
    """Build, say what is not ready, and return the exit code."""
    plan = study.load(options.study, options.files)
    store = open_store(options.store or options.out / "store")
    if isinstance(store, S3Store):
        store.check()
    if options.dry_run:
        print(estimate_plan(plan, store, Prices.find(options.prices)).text())
        return OK
    with _executor(options.dask) as (executor, in_flight), Progress() as progress:
        events = build(
            plan, store, executor, shard=options.shard, in_flight=in_flight,
            caller=spending.caller(options, store), retry_failed=options.retry_failed,
        )  # fmt: skip
        for event in events:
            progress.show(event)
    if options.shard:
        number, of = options.shard
        print(f"Shard {number} of {of} is made. When all are, the same command without --shard gathers them")
        return OK
    return _gather(plan, store, options.out)


@contextmanager
def _executor(address: str | None) -> Iterator[tuple[Executor | None, int | None]]:
    if address is None:
        yield None, None
        return
    with cluster.dask(address) as lent:
        yield lent


def _gather(plan: Plan, store: Store, out: Path) -> int:
    built = finished(plan, store)
    manifest.write_stimuli_csv(out / "stimuli.csv", plan.study, built.stimuli, plan.simulated)
    provenance.write_sidecars(out / "provenance", built.stimuli)
    usable = sum(row.state in USABLE for row in built.stimuli)
    print(f"{usable} of {len(built.stimuli)} stimuli have a picture; {built.area_px} pixels are shown of each")
    for row in built.stimuli:
        if row.state != "ready":
            print(f"{row.stimulus} is {row.state}: {row.reason}")
    return INCOMPLETE if any(row.state == "failed" for row in built.stimuli) else OK
