"""Run the suite on SQLite, and what touches a database again on PostgreSQL; print both counts.

python -m scripts.run_tests [--slow] [--only sqlite|postgresql] [what pytest takes …]
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scripts import chromium, postgresql
from scripts.quick_folder import quick_folder

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
# What a deployment may have set in its environment and is not the tests'
NOT_OURS = (
    "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DEBUG", "SITE_URL", "LEASE_SECONDS", "PARTICIPANT_TOKEN_DAYS", "HTTPS",
    "CLAIMS_PER_MINUTE_INVITATION", "CLAIMS_PER_MINUTE_OPEN_LINK", "MEDIA_ROOT", "STORE",
    "PREPARED_STATEMENTS",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """What one run of pytest came to."""

    database: str
    ok: bool
    minutes: float = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        others = [f"{count} {word}" for word, count in (("failed", self.failed), ("skipped", self.skipped)) if count]
        return f"{self.database}: {', '.join([f'{self.passed} passed', *others])}"


def main() -> int:
    """Run what was asked for and return 0 when everything passed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave through atexit, which stops the database
    asked, more = _arguments().parse_known_args()
    missing = list(_look_for_chromium())
    parts = []
    if asked.only != "postgresql":
        parts.append(_pytest("SQLite", _marked(slow=asked.slow), more))
    if asked.only != "sqlite":
        parts.append(_on_postgresql(_marked(slow=asked.slow, database=True), more, missing))
    _report(parts, missing)
    return 0 if all(part.ok for part in parts) else 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slow", action="store_true", help="only the tests that take minutes")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="only one of the databases")
    return parser


def _marked(*, slow: bool, database: bool = False) -> str:
    """Return which tests run; what a browser shows hardly depends on the database: most of it is slow on another."""
    if not database:
        return "slow" if slow else "not slow"
    waits = "(slow or (browser and not everywhere))"
    return f"database and {waits}" if slow else f"database and not {waits}"


def _look_for_chromium() -> Iterator[str]:
    """Put Chromium's path into the environment of the tests, or yield what is missing without it."""
    if found := chromium.find() or chromium.get():
        os.environ["CHROMIUM"] = str(found)
    else:
        yield f"Chromium: the browser tests do not run. To run them, {chromium.HOW_TO_GET_IT}."


def _on_postgresql(marked: str, more: Sequence[str], missing: list[str]) -> Part:
    try:
        url = postgresql.database_url()
    except postgresql.UnavailableError as error:
        missing.append(f"PostgreSQL: the tests do not run on it. {error}")
        return Part("PostgreSQL", ok=not IN_CI)
    return _pytest("PostgreSQL", marked, more, DATABASE_URL=url)


def _pytest(database: str, marked: str, more: Sequence[str], **environment: str) -> Part:
    """Run pytest in processes of its own, away from the deployment's database and files."""
    _headline(f"Tests on {database} ({marked})")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="twicetold-tests-", dir=quick_folder()) as folder:
        results = Path(folder) / "results.xml"
        apart = {"ENV_FILE": "", "VAR_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "TMPDIR": folder}
        command = [sys.executable, "-m", "pytest", "-n", "logical", "-m", marked, f"--junitxml={results}", *more]
        ours = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        code = subprocess.run(command, check=False, env={**ours, **apart, **environment}).returncode
        return Part(database, code == 0, (time.monotonic() - started) / 60, *_counts(results))


def _counts(results: Path) -> tuple[int, int, int]:
    """Read how many tests passed, failed and were skipped."""
    if not results.exists():
        return 0, 0, 0
    suites = list(ElementTree.parse(results).getroot().iter("testsuite"))  # noqa: S314 (pytest has just written it)
    total, failures, errors, skipped = (
        sum(int(suite.get(name, "0")) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    return total - failures - errors - skipped, failures + errors, skipped


def _report(parts: Sequence[Part], missing: Sequence[str]) -> None:
    _headline("Tests")
    for part in parts:
        print(f"{part.database}: {part.minutes:.1f} minutes")
    for what in missing:
        print(f"NOT AVAILABLE — {what}")
    print("; ".join(map(str, parts)), flush=True)


def _headline(text: str) -> None:
    print(f"\n===== {text} =====", flush=True)


if __name__ == "__main__":
    sys.exit(main())
