"""``python -m examples.drawn_scenes.demo``: a whole study with simulated participants, then the site.

Each step is a command that a user could type, and is printed as such. What is done is not done again.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import signal
import sys
import time
from collections import Counter
from itertools import count
from pathlib import Path

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from compression.store import Store
from examples.drawn_scenes.folder import ROOT, Demo, DemoError
from examples.drawn_scenes.play import read_links
from examples.drawn_scenes.player import Ended
from examples.drawn_scenes.serving import Server, free_port
from examples.drawn_scenes.world import World, masks_in, read_rows

STUDY = "examples/drawn_scenes/study.toml"
PLACES = {"a": 100, "b": 100, "c": 60}
SURVEYS = tuple(PLACES)
ANSWERS = {"a": 1500, "b": 7500, "c": 2700}
SPARE = 0.3  # more invitations than places: who is excluded or ends with practice is replaced
SEED = 20240501


def links(demo: Demo, survey: str, time: int = 1) -> Path:
    return demo.folder / f"links-{survey}{f'-{time}' if time > 1 else ''}.csv"


def invite(demo: Demo, survey: str, time: int = 1) -> None:
    """Publish a survey with more invitations than places, or make some further ones, once."""
    step, file = f"published {survey}" + (f" {time}" if time > 1 else ""), links(demo, survey, time)
    if demo.done(step) and file.exists():
        return
    file.unlink(missing_ok=True)  # of a run that was stopped while publishing: nobody has used these
    people = round(PLACES[survey] * (1 + SPARE if time == 1 else SPARE))
    options = ("--link", "invitation", "--count", str(people), "--simulated", "--out", str(file))
    demo.manage("publish", "--survey", survey, *options)
    demo.mark(step)


def study(demo: Demo) -> None:
    """From nothing to three published surveys."""
    if demo.done("published"):
        raise DemoError(
            f"{demo.folder} holds a demo of an earlier version, with Survey A alone: make demo FRESH=yes starts over"
        )
    demo.manage("migrate", "--no-input", "--verbosity", "0", "--skip-checks")  # also after an update of the product
    demo.manage("collectstatic", "--no-input", "--verbosity", "0", "--skip-checks")
    left = [slug for slug in SURVEYS if not (demo.done(f"published {slug}") and links(demo, slug).exists())]
    if not left:
        print("The study is there and published: its pictures, stimuli and places are kept.")
        return
    files = demo.folder / "files"
    demo.run("-m", "examples.drawn_scenes.make", str(files))
    demo.manage("load_study", STUDY, "--files", str(files))
    demo.manage("generate_stimuli")
    demo.manage("release", "--all", "--by", "the demo")
    if not demo.done("planned"):
        demo.manage("plan", "--all")
        demo.mark("planned")
    for slug in left:
        invite(demo, slug)


def world(demo: Demo) -> Path:
    """What the simulated participants know, from the stimuli table and the pictures themselves."""
    path, tables = demo.folder / "world.json", demo.folder / "world"
    if not path.exists():
        demo.manage("export", "--out", str(tables))
        print(flush=True)
        _measure(demo, read_rows(tables / "stimuli.csv")).save(path)
    return path


def _measure(demo: Demo, rows: list[dict[str, str]]) -> World:
    store, masks = Store(demo.folder / "media" / "store"), masks_in(demo.folder / "files" / "masks")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("What can be seen in each picture", total=len(rows))
        return World.build(rows, store.read, masks, lambda: progress.advance(task))


def answers(demo: Demo) -> None:
    """Simulated participants answer through the pages of a server of their own, until every place counts."""
    left = [slug for slug in SURVEYS if not demo.done(f"played {slug}")]
    if not left:
        print("All participants have answered.")
        return
    known = world(demo)
    with Server(ROOT, demo.environment, free_port(), demo.folder / "access.log") as server:
        for slug in left:
            for time in count(1):
                invite(demo, slug, time)
                play(demo, slug, time, server.url, known)
                if is_full(server.url, links(demo, slug, time)):
                    break
            demo.mark(f"played {slug}")


def play(demo: Demo, survey: str, time: int, url: str, known: Path) -> None:
    seed = SEED + SURVEYS.index(survey) + len(SURVEYS) * (time - 1)
    demo.run(
        "-m", "examples.drawn_scenes.play", "--base-url", url, "--links", str(links(demo, survey, time)),
        "--world", str(known), "--seed", str(seed), "--receipts", str(demo.folder / "receipts.csv"),
    )  # fmt: skip


def is_full(base_url: str, file: Path) -> bool:
    """Tell whether the page of the last link says that every place is filled; a link that was used leads elsewhere."""
    page = httpx.get(read_links(file, base_url)[-1], timeout=30, trust_env=False, follow_redirects=True)
    return Ended.NOT_NEEDED.value in page.text


def report(demo: Demo) -> None:
    """Tables, figures and Table 1; again when the tables or the analysis are others than last time."""
    truth = demo.folder / "world" / "truth.csv"
    World.load(world(demo)).write_truth(truth)
    demo.manage("export", "--out", str(demo.folder), "--extra", str(truth), "--skip-checks")
    require_counts(demo.folder / "responses.csv")
    inputs = sources_of_the_report(demo.folder)
    if demo.done("reported", inputs) and (demo.folder / "report" / "index.html").exists():
        print(f"\nThe report is of these tables:\n\n{(demo.folder / 'table1.txt').read_text(encoding='utf-8')}")
        return
    print(f"\n$ python -m analysis report {demo.short(str(demo.folder))}", flush=True)
    table = demo.run("-m", "analysis", "report", str(demo.folder), quiet=True)
    (demo.folder / "table1.txt").write_text(table + "\n", encoding="utf-8")
    print(table)
    demo.mark("reported", inputs)


def require_counts(table: Path) -> None:
    """Stop unless exactly as many answers count as the study plans; one that was skipped counts, as skipped."""
    with table.open(encoding="utf-8", newline="") as file:
        counted = Counter(row["survey"] for row in csv.DictReader(file))
    if counted != ANSWERS:
        raise DemoError(f"{table} holds {dict(counted)} answers by survey, not {ANSWERS}: please report this")
    print("Answers that count: " + ", ".join(f"{n:,} of Survey {slug.upper()}" for slug, n in counted.items()) + ".")


def sources_of_the_report(tables: Path, analysis: Path = ROOT / "analysis") -> str:
    """SHA-256 of all that a report comes from: the exported tables, and the files of the analysis."""
    package = tables / "datapackage.json"
    exported = sorted(resource["path"] for resource in json.loads(package.read_text(encoding="utf-8"))["resources"])
    code = sorted(path for path in analysis.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    digest = hashlib.sha256()
    for path in (package, *(tables / name for name in exported), *code):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def serve(demo: Demo, port: int) -> None:
    """Serve the site until Ctrl-C, and say where everything is."""
    with Server(ROOT, demo.environment, free_port(port), demo.folder / "access.log") as server:
        link = demo.manage("staff_link", "--create", "--base-url", server.url, quiet=True).splitlines()[-1]
        print(
            f"\nThe site is at   {server.url}/\n"
            f"Try it yourself  {server.url}/try/drawn-scenes/\n"
            f"The results      {server.url}/results/drawn-scenes/\n"
            f"For staff, once  {link}\n"
            f"The report       {demo.folder / 'report' / 'index.html'}\n"
            f"The server's log {server.errors}\n\nCtrl-C stops it.",
            flush=True,
        )
        try:
            server.wait()
        except KeyboardInterrupt:
            print("\nStopped. The same command serves it again.")


def main() -> int:
    arguments = _arguments()
    demo, began = Demo(arguments.dir.resolve()), time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        demo.prepare(fresh=arguments.fresh)
        demo.introduce()
        for step in (study, answers, report):
            step(demo)
        print(f"\nDone in {time.monotonic() - began:.0f} seconds; everything is in {demo.folder}.")
        if not arguments.no_serve:
            serve(demo, arguments.port)
    except KeyboardInterrupt:
        print("\nStopped. Run it again to go on.")
        return 130
    except (DemoError, OSError, httpx.HTTPError) as error:
        print(f"\nThe demo stopped: {error}", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m examples.drawn_scenes.demo", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--no-serve", action="store_true", help="stop after the report")
    parser.add_argument("--fresh", action="store_true", help="delete the demo's folder first")
    parser.add_argument("--dir", type=Path, default=ROOT / "var" / "demo", help="the demo's folder")
    parser.add_argument("--port", type=int, default=8000, help="where the site is served; the next free one if taken")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
