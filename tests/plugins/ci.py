"""In CI a skipped test is a failure, unless it needs the authors' published files; every run says whether those ran."""

import os
from collections.abc import Generator
from typing import Any

import pytest

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and not item.get_closest_marker("published"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and in CI a skip is a failure: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Skipped as a whole, and in CI a skip is a failure: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    return str(text).removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats
    for report in [*stats.get("passed", []), *stats.get("failed", [])]:
        for name, text in getattr(report, "user_properties", ()):
            if name == "note":
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {text}")
    ran, skipped = _published(stats.get("passed", [])), _published(stats.get("skipped", []))
    terminalreporter.write_line(
        f"Tests on the authors' published files: {ran} passed, {skipped} skipped"
        + (" (set PUBLISHED_STUDY to a checkout to run them)" if skipped else "")
    )


def _published(reports: list[Any]) -> int:
    return sum("published" in report.keywords for report in reports)
