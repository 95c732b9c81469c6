"""The one command: what it does to its folder, and its study file."""

import io
import json
import os
import socket
import subprocess
import sys
import tomllib

import pytest
from PIL import Image

from compression.study import load
from examples.drawn_scenes.demo import (
    MARK,
    NOT_OURS,
    ROOT,
    STUDY,
    SURVEYS,
    Demo,
    DemoError,
    sources_of_the_report,
    study,
)
from examples.drawn_scenes.make import captions_csv
from examples.drawn_scenes.scenes import SCENES
from examples.drawn_scenes.serving import Server, ServerError, free_port
from examples.drawn_scenes.words import LEVELS


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("all of it")
    with pytest.raises(DemoError, match="left alone"):
        Demo(tmp_path).prepare(fresh=True)
    assert (tmp_path / "thesis.txt").exists()


def test_fresh_begins_with_an_empty_folder(tmp_path):
    demo = Demo(tmp_path / "demo")
    demo.prepare(fresh=False)
    (demo.folder / "db.sqlite3").touch()
    demo.prepare(fresh=False)
    assert (demo.folder / "db.sqlite3").exists()
    demo.prepare(fresh=True)
    assert [path.name for path in demo.folder.iterdir()] == [MARK]


def test_a_step_is_done_once(tmp_path):
    demo = Demo(tmp_path)
    assert not demo.done("planned")
    demo.mark("planned")
    demo.mark("published")
    assert Demo(tmp_path).done("planned")
    assert Demo(tmp_path).done("published")


def test_a_demo_of_an_earlier_version_is_not_gone_on_with(tmp_path):
    demo = Demo(tmp_path)
    demo.mark("published")
    with pytest.raises(DemoError, match="FRESH=yes starts over"):
        study(demo)


def test_a_command_that_fails_stops_the_demo(tmp_path):
    with pytest.raises(DemoError, match="run the demo again"):
        Demo(tmp_path).run("-c", "raise SystemExit(3)")


def test_a_deployments_settings_are_not_the_demos(tmp_path, monkeypatch, capsys):
    for name in NOT_OURS:
        monkeypatch.setenv(name, "7")
    demo = Demo(tmp_path)
    assert not set(NOT_OURS) & set(demo.environment)
    assert demo.environment["ENV_FILE"] == ""
    demo.introduce()
    assert f"$ unset {' '.join(NOT_OURS)}" in capsys.readouterr().out


def test_the_demo_keeps_the_default_limits(tmp_path, monkeypatch):
    for name in ("LEASE_SECONDS", "CLAIMS_PER_MINUTE_INVITATION", "PARTICIPANT_TOKEN_DAYS"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("HTTPS", "true")
    read = "from config import settings as s; print(s.LEASE_SECONDS, s.CLAIMS_PER_MINUTE_INVITATION, s.HTTPS)"
    assert Demo(tmp_path).run("-c", read, quiet=True) == "1800 10 False"


def test_a_report_is_made_again_when_a_table_or_the_analysis_changed(tmp_path):
    tables, code = tmp_path / "tables", tmp_path / "analysis"
    (code / "templates").mkdir(parents=True)
    tables.mkdir()
    (tables / "datapackage.json").write_text(json.dumps({"resources": [{"path": "responses.csv"}]}))
    seen = []
    for path in (tables / "responses.csv", code / "rate.py", code / "templates" / "page.html"):
        path.write_text("one")
        before = sources_of_the_report(tables, code)
        path.write_text("two")
        seen += [before, sources_of_the_report(tables, code)]
    (tables / "receipts.csv").write_text("is no table of the report")
    assert sources_of_the_report(tables, code) == seen[-1]
    assert len(set(seen)) == len(seen)


def test_the_folder_may_not_be_the_checkout():
    done = subprocess.run(
        [sys.executable, "-m", "examples.drawn_scenes.demo", "--fresh", "--no-serve", "--dir", str(ROOT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "left alone" in done.stderr
    assert (ROOT / "manage.py").exists()


def test_a_taken_port_gives_the_next_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port(port) < port + 50


def test_a_server_that_cannot_start_says_so(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gunicorn.py").write_text("raise SystemExit('the disk is gone')")
    server = Server(tmp_path, os.environ, free_port(), tmp_path / "access.log")
    with pytest.raises(ServerError, match=r"(?s)while starting; .*access\.errors ends with.*the disk is gone"), server:
        pass


def test_a_server_whose_front_page_fails_says_why_and_is_asked_past_any_proxy(tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gunicorn.py").write_text("import os\nbind = os.environ['BIND']")
    (tmp_path / "config" / "wsgi.py").write_text(
        "def application(environ, start):\n    raise ValueError('no picture')\n"
    )
    server = Server(tmp_path, os.environ, free_port(), tmp_path / "access.log")
    with pytest.raises(ServerError, match=r"(?s)front page answers 500; .*no picture"), server:
        pass


@pytest.fixture
def files(tmp_path):
    """All files that the study file names, the originals small."""
    for level in LEVELS:
        (tmp_path / "captions").mkdir(exist_ok=True)
        (tmp_path / "captions" / f"{level}.csv").write_text(captions_csv(level))
    (tmp_path / "originals").mkdir()
    for scene in SCENES:
        out = io.BytesIO()
        Image.new("RGB", (12, 9), (len(scene.slug), 9, 9)).save(out, "JPEG")
        (tmp_path / "originals" / f"{scene.slug}.jpg").write_bytes(out.getvalue() + scene.slug.encode())
    return tmp_path


def test_the_study_file_names_all_scenes_and_five_methods(files, monkeypatch):
    monkeypatch.setenv("TWICETOLD_BACKENDS", "examples.drawn_scenes.backend")
    plan = load(ROOT / STUDY, files)
    assert plan.simulated
    assert [(o.slug, o.category) for o in plan.originals] == [(s.slug, s.category) for s in SCENES]
    assert [m.slug for m in plan.methods] == ["short-words", "medium-words", "long-words", "jpeg-low", "jpeg-high"]
    assert len(plan.captions) == 45
    surveys = tomllib.loads((ROOT / STUDY).read_text())["surveys"]
    assert [(row["slug"], row["instrument"], row["raters"]) for row in surveys] == [
        (slug, f"survey_{slug}", 20) for slug in SURVEYS
    ]
