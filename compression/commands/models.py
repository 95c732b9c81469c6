"""``python -m compression models check``: whether this machine can run the models that a study names."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from compression import local_models, study
from compression.commands.codes import OK, WRONG
from compression.errors import RemediedError
from compression.files import Files
from compression.methods import registry
from compression.similarity import Clip
from compression.types import Plan
from compression.weights import find, offline, versions_of

PACKAGES = ("torch", "transformers", "diffusers", "torchmetrics")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("models", help="say whether this machine can run models, those of a study for example")
    parser.add_argument("action", choices=["check"])
    parser.add_argument("study", type=Path, nargs="?", metavar="STUDY.toml", help="load every model it names, too")
    parser.add_argument("--files", type=Path, metavar="DIR", help="where the study's files are (default: beside it)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what is there, load what a study names, and return the exit code."""
    for name, said in _machine().items():
        print(f"{name}: {said}")
    if options.study is None:
        return OK
    found = dict(_checks(study.load(options.study, options.files)))
    if not found:
        print("The study names no model of this machine")
    passed = [_passes(name, check) for name, check in found.items()]
    return OK if all(passed) else WRONG


def _machine() -> dict[str, str]:
    found = versions_of(*PACKAGES)
    if "not installed" in found.values():
        found["install with"] = local_models.INSTALL
    if found.get("torch", "not installed") != "not installed":
        found["device"] = local_models.device("auto")
    from huggingface_hub.constants import HF_HUB_CACHE

    folder = os.environ.get("TWICETOLD_MODELS", "")
    return found | {
        "folder of models": folder or "none (TWICETOLD_MODELS)",
        "hub's cache": HF_HUB_CACHE,
        "offline": "yes" if offline() else "no",
    }


def _checks(plan: Plan) -> Iterator[tuple[str, Callable[[], str]]]:
    for method in plan.methods:
        for backend in filter(None, (method.captioner, method.reconstructor)):
            made = registry().make(backend, Files(plan.root))
            if hasattr(made, "check"):
                yield f"{method.slug}: {backend.kind} {backend.name}", made.check
        if best_of := method.best_of:
            clip = Clip(find(best_of.model, best_of.revision or None, plan.root))
            yield f"{method.slug}: best_of", clip.check


def _passes(name: str, check: Callable[[], str]) -> bool:
    try:
        print(f"{name}: {check()}")
    except RemediedError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return False
    return True
