"""``python -m examples.drawn_scenes.demo``: a whole study with simulated participants, then the site.

Each step is a command that a user could type, and is printed as such. What is done is not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from compression.store import Store
from examples.drawn_scenes.serving import Server, free_port
from examples.drawn_scenes.world import World, masks_in, read_rows

ROOT = Path(__file__).resolve().parents[2]
STUDY = "examples/drawn_scenes/study.toml"
SURVEYS = ("a", "b", "c")
SEED = 20240501
MARK = ".twicetold-demo"
# What a deployment may have set in its environment and is not the demo's
NOT_OURS = (
    "HTTPS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DEBUG", "SITE_URL", "LEASE_SECONDS", "PARTICIPANT_TOKEN_DAYS",
    "CLAIMS_PER_MINUTE_INVITATION", "CLAIMS_PER_MINUTE_OPEN_LINK",
)  # fmt: skip


class DemoError(Exception):
    """A step failed; the message says which and what to do."""


@dataclass(frozen=True)
class Demo:
    """One folder that holds all a demo writes."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """What the commands need to know."""
        return {
            "DATABASE_URL": f"sqlite:///{self.folder / 'db.sqlite3'}",
            "MEDIA_ROOT": str(self.folder / "media"),
            "STORE": "",
            "VAR_DIR": str(self.folder),
            "TWICETOLD_BACKENDS": "examples.drawn_scenes.backend",
            "ENV_FILE": "",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of the commands: that of this process without a deployment's settings."""
        return {name: value for name, value in os.environ.items() if name not in NOT_OURS} | self.env

    def prepare(self, *, fresh: bool) -> None:
        """Make the folder, empty if asked; only a folder that a demo made is ever deleted."""
        if self.folder.exists() and any(self.folder.iterdir()) and not (self.folder / MARK).exists():
            raise DemoError(f"{self.folder} was not made by a demo, so it is left alone: choose another with --dir")
        if fresh and self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / MARK).touch()

    def introduce(self) -> None:
        """Print the environment that the printed commands need."""
        print(
            "A whole study with drawn pictures and simulated participants. Each step is a command you could type, after"
        )
        lines = [f"$ export {name}={shlex.quote(self._short(value))}" for name, value in self.env.items()]
        if found := [name for name in NOT_OURS if name in os.environ]:
            lines.append(f"$ unset {' '.join(found)}")
        print("\n".join(lines), flush=True)

    def run(self, *command: str, quiet: bool = False) -> str:
        """Run a command of the project with this interpreter; its output is shown unless it is wanted for itself."""
        if not quiet:
            print(f"\n$ python {shlex.join(map(self._short, command))}", flush=True)
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, check=False, text=True,
            stdout=subprocess.PIPE if quiet else None,
        )  # fmt: skip
        if done.returncode:
            raise DemoError(f"python {shlex.join(command)} failed: read what it says above, then run the demo again")
        return (done.stdout or "").strip()

    def manage(self, *arguments: str, quiet: bool = False) -> str:
        return self.run("manage.py", *arguments, quiet=quiet)

    def _short(self, argument: str) -> str:
        return argument.replace(f"{ROOT}{os.sep}", "")

    def done(self, step: str, inputs: object = True) -> bool:
        """Tell whether a step was done, with the same inputs."""
        return bool(self._steps().get(step) == inputs)

    def mark(self, step: str, inputs: object = True) -> None:
        self._write_steps(self._steps() | {step: inputs})

    def _steps(self) -> dict[str, object]:
        path = self.folder / "steps.json"
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    def _write_steps(self, steps: Mapping[str, object]) -> None:
        temporary = self.folder / ".steps.json"
        temporary.write_text(json.dumps(steps), encoding="utf-8")
        temporary.replace(self.folder / "steps.json")


def links(demo: Demo, survey: str) -> Path:
    return demo.folder / f"links-{survey}.csv"


def study(demo: Demo) -> None:
    """From nothing to three published surveys."""
    if demo.done("published"):
        raise DemoError(
            f"{demo.folder} holds a demo of an earlier version, with Survey A alone: make demo FRESH=yes starts over"
        )
    demo.manage("migrate", "--no-input", "--verbosity", "0", "--skip-checks")  # also after an update of the product
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
        links(demo, slug).unlink(missing_ok=True)  # of a run that was stopped while publishing: nobody has used these
        options = ("--link", "invitation", "--simulated", "--out", str(links(demo, slug)))
        demo.manage("publish", "--survey", slug, *options)
        demo.mark(f"published {slug}")


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
    """One simulated participant for each place of each survey answers through the pages of a server of their own."""
    left = [slug for slug in SURVEYS if not demo.done(f"played {slug}")]
    if not left:
        print("All participants have answered.")
        return
    known = world(demo)
    with Server(ROOT, demo.environment, free_port(), demo.folder / "access.log") as server:
        for slug in left:
            demo.run(
                "-m", "examples.drawn_scenes.play", "--base-url", server.url, "--links", str(links(demo, slug)),
                "--world", str(known), "--seed", str(SEED + SURVEYS.index(slug)),
                "--receipts", str(demo.folder / "receipts.csv"),
            )  # fmt: skip
            demo.mark(f"played {slug}")


def report(demo: Demo) -> None:
    """Tables, figures and Table 1; again when the tables or the analysis are others than last time."""
    truth = demo.folder / "world" / "truth.csv"
    World.load(world(demo)).write_truth(truth)
    demo.manage("export", "--out", str(demo.folder), "--extra", str(truth), "--skip-checks")
    inputs = sources_of_the_report(demo.folder)
    if demo.done("reported", inputs) and (demo.folder / "report" / "index.html").exists():
        print(f"\nThe report is of these tables:\n\n{(demo.folder / 'table1.txt').read_text(encoding='utf-8')}")
        return
    print(f"\n$ python -m analysis report {demo._short(str(demo.folder))}", flush=True)
    table = demo.run("-m", "analysis", "report", str(demo.folder), quiet=True)
    (demo.folder / "table1.txt").write_text(table + "\n", encoding="utf-8")
    print(table)
    demo.mark("reported", inputs)


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
