"""Similarity in the database: measured once, exported, and never by a page."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command

from analysis.tables import read
from compression import lanes
from surveys.models import Measure, Stimulus
from surveys.selectors.similarity import similarity
from surveys.services import measures, stimuli, studies
from surveys.services.exporting import export
from tests.compression import tiny_models
from tests.surveys import study_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch):
    monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", "1")
    monkeypatch.setattr(lanes.Lanes, "_make", lambda *_: ThreadPoolExecutor(1))


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return tiny_models.save_clip(tmp_path_factory.mktemp("models") / "clip")


@pytest.fixture
def study(tmp_path):
    study = studies.load(path=study_files.write(tmp_path / "files")).study
    list(stimuli.generate(study=study))
    return study


def test_every_stimulus_gets_its_row_and_a_second_run_measures_nothing(study, clip):
    assert list(measures.measure(study=study, clip=str(clip)))
    before = similarity(study)
    assert [row["stimulus"] for row in before] == ["one.words", "one.jpeg", "two.words", "two.jpeg"]
    assert all(-1 <= row["cosine_raw"] <= 1 for row in before)
    assert before[1]["cosine_half"] == pytest.approx((1 + before[1]["cosine_raw"]) / 2, abs=1e-6)
    assert before[0]["psnr"] is None
    assert before[1]["psnr"] > 10
    assert all(step.reused for step in measures.measure(study=study, clip=str(clip)))
    assert similarity(study) == before


def test_a_model_replaces_the_rows_of_pixels_alone(study, clip):
    list(measures.measure(study=study))
    assert set(Measure.objects.values_list("model", flat=True)) == {""}
    list(measures.measure(study=study, clip=str(clip)))
    list(measures.measure(study=study))
    assert list(Measure.objects.values_list("model", flat=True).distinct()) == ["clip"]
    assert Measure.objects.count() == 4


def test_an_export_has_the_table_once_something_was_measured(study, clip, tmp_path):
    assert "similarity" not in export(study=study, out=tmp_path / "before")
    list(measures.measure(study=study, clip=str(clip)))
    assert export(study=study, out=tmp_path / "after")["similarity"] == 4
    lines = (tmp_path / "after" / "similarity.csv").read_text().splitlines()
    assert lines[0].startswith("study,stimulus,model,revision,size_px,cosine_raw,cosine_half,cosine_clip0,ssim")
    assert read(tmp_path / "after").stimuli.num_rows == 4


def test_a_stimulus_that_may_not_be_shown_is_not_measured(study, clip):
    Stimulus.objects.filter(method__slug="words", original__slug="one").update(
        state="missing", reason="rejected: blurred"
    )
    list(measures.measure(study=study, clip=str(clip)))
    row = similarity(study)[0]
    assert row["cosine_raw"] is None
    assert row["reason"] == "rejected: blurred"


def test_the_command_says_what_it_did_and_what_is_wrong(study, clip, capsys):
    call_command("measure", clip=str(clip))
    assert "4 rows: 4 with a cosine, 2 compared by pixels." in capsys.readouterr().out
    with pytest.raises(CommandError, match='model "absent" is not in'):
        call_command("measure", clip="absent")


def test_what_is_not_made_yet_cannot_be_measured(tmp_path):
    studies.load(path=study_files.write(tmp_path / "files"))
    with pytest.raises(CommandError, match="run the build"):
        call_command("measure")


def test_neither_the_site_nor_planning_imports_a_model_library():
    code = (
        "import os, sys, django\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
        "django.setup()\n"
        "import config.urls, compression.__main__, compression.similarity\n"
        "from compression.methods import registry\n"
        "registry()\n"
        "print(sorted({'torch', 'transformers', 'diffusers', 'torchmetrics'} & set(sys.modules)))\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
