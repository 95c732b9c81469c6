"""The folder of a demo: what it holds, which steps are done, and how its commands are run."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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
        lines = [f"$ export {name}={shlex.quote(self.short(value))}" for name, value in self.env.items()]
        if found := [name for name in NOT_OURS if name in os.environ]:
            lines.append(f"$ unset {' '.join(found)}")
        print("\n".join(lines), flush=True)

    def run(self, *command: str, quiet: bool = False) -> str:
        """Run a command of the project with this interpreter; its output is shown unless it is wanted for itself."""
        if not quiet:
            print(f"\n$ python {shlex.join(map(self.short, command))}", flush=True)
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, check=False, text=True,
            stdout=subprocess.PIPE if quiet else None,
        )  # fmt: skip
        if done.returncode:
            raise DemoError(f"python {shlex.join(command)} failed: read what it says above, then run the demo again")
        return (done.stdout or "").strip()

    def manage(self, *arguments: str, quiet: bool = False) -> str:
        return self.run("manage.py", *arguments, quiet=quiet)

    def short(self, argument: str) -> str:
        """Shorten a path inside the checkout, which is where the commands are run."""
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
