"""What the settings take from the environment and from files."""

import os
import subprocess
import sys

import pytest

from examples.drawn_scenes.folder import NOT_OURS, ROOT
from scripts import run_tests

KEY = "from config import settings; print(settings.SECRET_KEY)"
HOSTS = "from config import settings; print(settings.ALLOWED_HOSTS[0])"


def started(code, folder, **more):
    """A process that reads the settings, with a folder of its own and nothing of a deployment's."""
    ours = {name: value for name, value in os.environ.items() if name not in (*NOT_OURS, "SECRET_KEY")}
    env = {**ours, "ENV_FILE": "", "VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", **more}
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env, text=True, stdout=-1, stderr=-1)


def test_processes_that_start_at_once_have_one_key_that_others_cannot_read(tmp_path):
    processes = [started(KEY, tmp_path) for _ in range(6)]
    keys = {process.communicate(timeout=120)[0].strip() for process in processes}
    assert keys == {(tmp_path / "secret_key").read_text()}
    assert len(keys.pop()) > 48
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"secret_key", "static"}


def test_an_empty_key_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "secret_key").touch()
    assert "is empty: delete it" in started(KEY, tmp_path).communicate(timeout=120)[1]


@pytest.mark.parametrize(("named", "first"), [(True, "surveys.example.org"), (False, "localhost")])
def test_settings_come_from_the_file_that_is_named_and_from_none_for_an_empty_name(tmp_path, named, first):
    file = tmp_path / "deployment.env"
    file.write_text("ALLOWED_HOSTS=surveys.example.org\n")
    shown, errors = started(HOSTS, tmp_path, ENV_FILE=str(file) if named else "").communicate(timeout=120)
    assert shown.strip() == first, errors


def test_the_tests_run_without_a_deployments_settings(monkeypatch, tmp_path):
    given = {}
    monkeypatch.setenv("LEASE_SECONDS", "1")
    monkeypatch.setenv("HTTPS", "true")

    def run(command, check, env):
        given.update(env)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    run_tests._pytest("SQLite", "not slow", [])
    assert given["ENV_FILE"] == ""
    assert not set(run_tests.NOT_OURS) & set(given)
