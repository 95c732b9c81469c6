"""``python -m compression measure``: how near each stimulus of a built study is to its original."""

import argparse
from pathlib import Path
from typing import Any

from rich.progress import Progress

from compression import manifest, study
from compression.build import finished
from compression.commands.codes import INCOMPLETE, OK
from compression.measuring import measure
from compression.similarity import Clip
from compression.similarity_table import Similarity, similarities
from compression.store import Store
from compression.stores import open_store
from compression.types import Plan, Stimulus
from compression.weights import given


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("measure", help="say how near each stimulus of a built study is to its original")
    parser.add_argument("study", type=Path, metavar="STUDY.toml")
    parser.add_argument("--files", type=Path, metavar="DIR", help="where the study's files are (default: beside it)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="that it was built into")
    parser.add_argument("--store", metavar="ADDRESS", help="where the results are (default: DIR/store)")
    parser.add_argument("--clip", metavar="MODEL", help="a CLIP model: a folder, or a name on the Hugging Face hub")
    parser.add_argument("--revision", metavar="COMMIT", help="of that model on the hub")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure, write similarity.csv, and return the exit code."""
    plan = study.load(options.study, options.files)
    store = open_store(options.store or options.out / "store")
    stimuli = finished(plan, store).stimuli
    clip = Clip(given(options.clip, options.revision, plan.root)) if options.clip else None
    failed = _measure(plan, stimuli, store, clip)
    rows = similarities(plan, stimuli, store, clip)
    path = options.out / "similarity.csv"
    manifest.write_similarity_csv(path, plan.study, rows)
    print(_said(rows, path))
    return INCOMPLETE if failed else OK


def _measure(plan: Plan, stimuli: tuple[Stimulus, ...], store: Store, clip: Clip | None) -> int:
    failed = 0
    with Progress() as progress:
        bar = progress.add_task("Similarity")
        for step in measure(plan, stimuli, store, clip):
            progress.update(bar, completed=step.done, total=step.total)
            if step.message:
                failed += 1
                progress.console.print(f"{step.label}: {step.message}", markup=False, highlight=False, soft_wrap=True)
    return failed


def _said(rows: list[Similarity], path: Path) -> str:
    cosines = sum(row.cosine_raw is not None for row in rows)
    pixels = sum(row.psnr is not None or row.ssim is not None for row in rows)
    return f"{path}: of {len(rows)} stimuli {cosines} have a cosine and {pixels} are compared by pixels"
