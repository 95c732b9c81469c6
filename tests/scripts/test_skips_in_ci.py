from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITE = """
import pytest

@pytest.mark.published
def test_on_published_files():
    pytest.skip("no files")

def test_with_a_browser():
    pytest.skip("no browser")

@pytest.mark.xfail(strict=True)
def test_that_fails_as_expected():
    assert False

def test_that_passes(record_property):
    record_property("note", "seven of seven")
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run pytest on a small suite, in a process of its own, with or without CI."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nmarkers =\n  published: needs files\n")
    pytester.makepyfile(SUITE)

    def with_ci(value):
        monkeypatch.setenv("CI", value)
        off = [f"-pno:{name}" for name in ("django", "randomly", "xdist", "cacheprovider")]
        return pytester.runpytest_subprocess("-ptests.plugins.ci", "-rs", *off)

    return with_ci


def test_a_skip_is_a_failure_in_ci_unless_it_needs_the_published_files(run):
    outcome = run("true")
    outcome.assert_outcomes(passed=1, failed=1, skipped=1, xfailed=1)
    outcome.stdout.fnmatch_lines(["*Skipped, and in CI a skip is a failure: no browser*"])


def test_elsewhere_a_skip_is_a_skip(run):
    run("").assert_outcomes(passed=1, skipped=2, xfailed=1)


def test_a_run_says_whether_the_tests_on_published_files_ran_and_prints_notes(run):
    run("true").stdout.fnmatch_lines(
        ["test_that_passes: seven of seven", "Tests on the authors' published files: 0 passed, 1 skipped *"]
    )
