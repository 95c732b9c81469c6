"""The Chromium that browser tests drive: found where it is, or installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET_IT = "install Chromium, or name its program in the environment variable CHROMIUM"


def find() -> Path | None:
    """Return the program named by CHROMIUM, found on PATH, or downloaded by Playwright; only one that runs."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*map(shutil.which, NAMES), _of_playwright()]
    return next((Path(program) for program in candidates if program and _runs(program)), None)


def get() -> Path | None:
    """Install Chromium: by apt-get as root on Debian, else by Playwright's own download."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update")
        _run("apt-get", "install", "-y", "--no-install-recommends", "chromium")
    if not (found := find()):
        _run(sys.executable, "-m", "playwright", "install", "chromium")
        found = find()
    return found


def _run(*command: str) -> bool:
    print("+", *command, flush=True)
    return subprocess.run(command, check=False).returncode == 0


def _runs(program: str) -> bool:
    try:
        answer = subprocess.run([program, "--version"], check=False, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _of_playwright() -> str | None:
    """Return where Playwright keeps its download; the question is asked in a process of its own."""
    question = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", question], check=False, capture_output=True, text=True)
    return answer.stdout.strip() or None
