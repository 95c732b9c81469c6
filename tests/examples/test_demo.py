"""The one command: what it does to its folder, and its study file."""

import io
import json
import os
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from compression.study import load
from examples.drawn_scenes.demo import (
    ANSWERS,
    PLACES,
    STUDY,
    SURVEYS,
    invite,
    is_full,
    require_counts,
    sources_of_the_report,
    study,
)
from examples.drawn_scenes.folder import MARK, NOT_OURS, ROOT, Demo, DemoError
from examples.drawn_scenes.make import captions_csv
from examples.drawn_scenes.scenes import SCENES
from examples.drawn_scenes.serving import Server, ServerError, free_port
from examples.drawn_scenes.words import LEVELS
from surveys.instruments import loader
from tests.examples.fake_site import Site


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


def test_the_places_and_answers_of_the_demo_are_those_of_its_study_file():
    written = tomllib.loads((ROOT / STUDY).read_text())
    for row in written["surveys"]:
        asked = loader.load(row["instrument"], loader.SHIPPED)
        shown = sum(asked.asked_of(method["family"]) for method in written["methods"])
        assert PLACES[row["slug"]] == row["raters"] * shown
        stimuli = shown * len(written["originals"])
        assert ANSWERS[row["slug"]] == row["raters"] * stimuli * len(asked.questions)
    assert ANSWERS == {"a": 1500, "b": 7500, "c": 2700}


def test_one_rule_makes_sense_for_each_survey_and_what_is_declared_says_so():
    written = tomllib.loads((ROOT / STUDY).read_text())
    for row in written["surveys"]:
        assert len(row["checks"]["attention"]) >= written["rules"]["attention_failures"] == 1
        assert row["checks"]["repeats"]
    kinds = {kind for row in written["surveys"] for kind in row["checks"]["attention"]}
    assert kinds == {"identical", "unrelated", "instructed"}
    declared = written["preregistration"]
    assert f"{sum(PLACES.values())} places" in declared["stop_rule"]
    assert any("misses one attention check is replaced" in rule for rule in declared["exclusion_rules"])
    assert not any("Nobody is excluded for careless" in rule for rule in declared["exclusion_rules"])


def counted(path, **answers):
    path.write_text("survey,value\n" + "".join(f"{slug},\n" * n for slug, n in answers.items()))
    return path


def test_the_demo_says_how_many_answers_count(tmp_path, capsys):
    require_counts(counted(tmp_path / "responses.csv", **ANSWERS))
    assert "1,500 of Survey A, 7,500 of Survey B, 2,700 of Survey C" in capsys.readouterr().out


@pytest.mark.parametrize("other", [{"a": 1499}, {"b": 7501}, {"c": 0}, {"a": 1501, "b": 7499}, {"d": 1}])
def test_one_answer_more_or_less_stops_the_demo(tmp_path, other):
    with pytest.raises(DemoError, match=r"answers by survey, not \{'a': 1500, 'b': 7500, 'c': 2700\}"):
        require_counts(counted(tmp_path / "responses.csv", **(ANSWERS | other)))


def test_invitations_are_more_than_places_and_made_once(tmp_path, monkeypatch):
    demo, asked = Demo(tmp_path), []

    def manage(self, *arguments, quiet=False):
        asked.append(arguments)
        Path(arguments[-1]).touch()
        return ""

    monkeypatch.setattr(Demo, "manage", manage)
    for time in (1, 1, 2, 2):
        invite(demo, "c", time)
    assert [each[each.index("--count") + 1] for each in asked] == ["78", "18"]
    assert [Path(each[-1]).name for each in asked] == ["links-c.csv", "links-c-2.csv"]
    assert [each[each.index("--survey") + 1] for each in asked] == ["c", "c"]


def test_a_survey_is_full_when_the_page_of_a_link_that_nobody_used_says_so(tmp_path):
    links = tmp_path / "links.csv"
    with Site({}, {}, capacity=0) as there:
        links.write_text(f"number,url\n1,{there.url}/join/last/\n")
        assert not is_full(there.url, links)
        there.over = True
        assert is_full(there.url, links)
