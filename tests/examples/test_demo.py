"""The one command: what it does to its folder, and its study file."""

import io
import socket
import subprocess
import sys

import pytest
from PIL import Image

from compression.study import load
from examples.drawn_scenes.demo import MARK, ROOT, STUDY, Demo, DemoError
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


def test_a_command_that_fails_stops_the_demo(tmp_path):
    with pytest.raises(DemoError, match="run the demo again"):
        Demo(tmp_path).run("-c", "raise SystemExit(3)")


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
    (tmp_path / "config" / "gunicorn.py").write_text("raise SystemExit('no')")
    with pytest.raises(ServerError, match="while starting"), Server(tmp_path, {}, free_port(), tmp_path / "log"):
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
        (tmp_path / "originals" / f"{scene.slug}.jpg").write_bytes(out.getvalue())
    return tmp_path


def test_the_study_file_names_all_scenes_and_five_methods(files, monkeypatch):
    monkeypatch.setenv("TWICETOLD_BACKENDS", "examples.drawn_scenes.backend")
    plan = load(ROOT / STUDY, files)
    assert plan.simulated
    assert [(o.slug, o.category) for o in plan.originals] == [(s.slug, s.category) for s in SCENES]
    assert [m.slug for m in plan.methods] == ["short-words", "medium-words", "long-words", "jpeg-low", "jpeg-high"]
    assert len(plan.captions) == 45
