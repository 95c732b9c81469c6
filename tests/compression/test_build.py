"""Building a study: every state a stimulus can be in, nothing made twice, errors of one stopping no other."""

import csv
import io
import json
import os
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from compression import jpeg_file, manifest
from compression.build import BuildError, Built, Event, build, finished
from compression.cells import seed
from compression.methods import PLUGINS
from compression.store import Store
from compression.types import Plan, Stimulus
from tests.compression import worlds
from tests.compression.pictures import reopened, saved, textured

FLAT = worlds.WORDS | {"reconstructor": {"backend": "flat"}}


@pytest.fixture(autouse=True)
def _plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLUGINS, "tests.compression.plugin")


def run(plan: Plan, store: Store, executor: Executor) -> tuple[list[Event], Built]:
    return list(build(plan, store, executor)), finished(plan, store)


def row(built: Built, name: str) -> Stimulus:
    return next(stimulus for stimulus in built.stimuli if stimulus.stimulus == name)


def test_rows_are_complete_and_in_study_order(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables())
    _, built = run(plan, store, threads)
    assert [stimulus.stimulus for stimulus in built.stimuli] == [
        "picture_0.jpeg", "picture_0.words", "picture_1.jpeg", "picture_1.words",
    ]  # fmt: skip
    jpeg, words = row(built, "picture_0.jpeg"), row(built, "picture_0.words")
    assert jpeg.sha256 is not None
    data = store.read(jpeg.sha256)
    assert (jpeg.state, jpeg.caption, jpeg.size_bytes, jpeg.file_bytes) == ("ready", None, len(data), len(data))
    assert jpeg.image_bytes == jpeg_file.image_bytes(data) < len(data)
    assert (jpeg.width, jpeg.height, jpeg.original_pixels) == (160, 120, 160 * 120)
    assert jpeg.original_bytes == plan.originals[0].file_bytes
    assert (words.caption, words.size_bytes, words.family) == ("A café, number 0", 17, "textual")
    assert words.file_bytes == (root / "rebuilt" / "picture_0_r.png").stat().st_size
    assert (words.width, words.height) == (96, 96)
    for stimulus in (jpeg, words):
        assert stimulus.rendition_sha256 is not None
        assert stimulus.original_rendition_sha256 == built.original_renditions["picture_0"].sha256
        shown = reopened(store.read(stimulus.rendition_sha256))
        assert shown.width * shown.height == pytest.approx(built.area_px, rel=0.02)


def test_an_event_is_told_for_everything_that_finishes(root: Path, store: Store, threads: Executor) -> None:
    events, built = run(worlds.plan(root, worlds.tables()), store, threads)
    stimuli = [event for event in events if event.kind == "stimulus"]
    shown = [event for event in events if event.kind == "rendition"]
    assert [event.done for event in stimuli] == [1, 2, 3, 4]
    assert {event.total for event in stimuli} == {4}
    assert {event.label for event in stimuli} == {stimulus.stimulus for stimulus in built.stimuli}
    assert [event.done for event in shown] == [1, 2, 3, 4, 5, 6]
    assert not any(event.reused for event in events)
    assert events.index(shown[0]) == 4


def test_a_second_run_makes_nothing(root: Path, store: Store, threads: Executor, tmp_path: Path) -> None:
    log = tmp_path / "log"
    logged = worlds.WORDS | {"reconstructor": {"backend": "flat", "log": str(log)}}
    plan = worlds.plan(root, worlds.tables(methods=[worlds.JPEG, logged]))
    _, first = run(plan, store, threads)
    files = {path: path.stat().st_mtime_ns for path in store.root.rglob("*") if path.is_file()}
    events, second = run(plan, store, threads)
    assert second == first
    assert all(event.reused for event in events)
    assert len(log.read_text().splitlines()) == 2
    assert files == {path: path.stat().st_mtime_ns for path in store.root.rglob("*") if path.is_file()}


def test_only_what_changed_is_made_again(root: Path, store: Store, threads: Executor) -> None:
    run(worlds.plan(root, worlds.tables()), store, threads)
    (root / "originals" / "picture_1.jpg").write_bytes(saved(textured(77, 160, 120), "JPEG"))
    events, _ = run(worlds.plan(root, worlds.tables()), store, threads)
    assert {event.label for event in events if not event.reused} == {"picture_1", "picture_1.jpeg"}
    other = worlds.JPEG | {"codec": {"backend": "jpeg", "quality": 21}}
    events, _ = run(worlds.plan(root, worlds.tables(methods=[other, worlds.WORDS])), store, threads)
    made = {event.label for event in events if not event.reused}
    assert made == {"picture_0.jpeg", "picture_1.jpeg"}


def test_a_file_that_vanished_from_the_store_is_made_again(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables())
    _, first = run(plan, store, threads)
    sha256 = first.stimuli[0].sha256
    assert sha256 is not None
    store.path(sha256).unlink()
    _, second = run(plan, store, threads)
    assert second == first
    assert store.has_blob(sha256)


def test_a_missing_original_leaves_what_exists_unpaired_and_the_rest_missing(
    root: Path, store: Store, threads: Executor
) -> None:
    (root / "originals" / "picture_1.jpg").write_bytes(b"")
    data = worlds.tables(methods=[worlds.JPEG, worlds.WORDS, FLAT | {"slug": "flat"}], missing_files="record")
    _, built = run(worlds.plan(root, data), store, threads)
    reason = "Original picture_1 is missing: picture_1.jpg is empty (0 bytes)"
    jpeg, words, flat = (row(built, f"picture_1.{name}") for name in ("jpeg", "words", "flat"))
    assert (jpeg.state, jpeg.reason, jpeg.size_bytes, jpeg.sha256) == ("missing", reason, None, None)
    assert (words.state, words.reason, words.size_bytes) == ("unpaired", reason, 17)
    assert words.rendition_sha256 is not None
    assert (words.original_bytes, words.original_pixels, words.original_rendition_sha256) == (None, None, None)
    assert (flat.state, flat.size_bytes, flat.width, flat.height) == ("unpaired", 17, 512, 512)
    assert row(built, "picture_0.words").state == "ready"


def test_existing_jpegs_of_a_missing_original_are_sized_too(root: Path, store: Store, threads: Executor) -> None:
    (root / "done").mkdir()
    for number in range(2):
        (root / "done" / f"picture_{number}_q1.jpeg").write_bytes(saved(textured(number), "JPEG", comment=b"x" * 99))
    (root / "originals" / "picture_1.jpg").unlink()
    existing = {"slug": "q1", "title": "Q1", "family": "classical"}
    existing["codec"] = {"backend": "folder", "folder": "done", "suffix": "_q1"}  # type: ignore[assignment]
    _, built = run(worlds.plan(root, worlds.tables(methods=[existing], missing_files="record")), store, threads)
    ready, unpaired = built.stimuli
    size = (root / "done" / "picture_1_q1.jpeg").stat().st_size
    assert (ready.state, unpaired.state) == ("ready", "unpaired")
    assert (unpaired.size_bytes, unpaired.file_bytes, unpaired.image_bytes) == (size, size, size - 18 - 103)


def test_a_caption_that_is_unknown_has_no_size(root: Path, store: Store, threads: Executor) -> None:
    (root / "captions.csv").write_text("original,caption\npicture_1,known\n")
    captioner = {"backend": "human", "file": "captions.csv", "optional": True}
    methods = [worlds.WORDS | {"captioner": captioner}, FLAT | {"slug": "flat", "captioner": captioner}]
    _, built = run(worlds.plan(root, worlds.tables(methods=methods)), store, threads)
    words, flat = row(built, "picture_0.words"), row(built, "picture_0.flat")
    assert (words.state, words.caption, words.size_bytes) == ("ready", None, None)
    assert (flat.state, flat.sha256) == ("missing", None)
    assert "there is no caption for picture_0" in flat.reason
    assert (row(built, "picture_1.words").size_bytes, row(built, "picture_1.flat").state) == (5, "ready")


def test_a_caption_missing_by_condition_leaves_its_stimulus_out(root: Path, store: Store, threads: Executor) -> None:
    (root / "captions.csv").write_text("original,caption\npicture_0,x\n")
    _, built = run(worlds.plan(root, worlds.tables(missing_files="record")), store, threads)
    assert row(built, "picture_1.words").state == "missing"
    assert row(built, "picture_1.words").reason == "there is no caption for picture_1"


def test_a_target_out_of_reach_is_a_record_with_the_smallest_size(root: Path, store: Store, threads: Executor) -> None:
    tiny = worlds.JPEG | {"codec": {"backend": "jpeg", "target_bytes": 100}}
    _, built = run(worlds.plan(root, worlds.tables(methods=[tiny])), store, threads)
    for stimulus in built.stimuli:
        assert (stimulus.state, stimulus.sha256, stimulus.size_bytes) == ("infeasible", None, None)
        assert str(stimulus.parameters["smallest_bytes"]) in stimulus.reason
        assert stimulus.parameters["target_bytes"] == 100


def test_one_backend_error_is_a_record_and_is_tried_again_next_time(
    root: Path, store: Store, threads: Executor
) -> None:
    broken = FLAT | {"reconstructor": {"backend": "flat", "fail": "picture_0"}}
    plan = worlds.plan(root, worlds.tables(methods=[broken]))
    _, built = run(plan, store, threads)
    assert [stimulus.state for stimulus in built.stimuli] == ["failed", "ready"]
    assert built.stimuli[0].reason == "the brush broke"
    events, _ = run(plan, store, threads)
    assert {event.label for event in events if not event.reused} == {"picture_0.words"}


def test_a_damaged_original_unpairs_its_stimuli(root: Path, store: Store, threads: Executor) -> None:
    path = root / "originals" / "picture_1.jpg"
    path.write_bytes(path.read_bytes()[:-200])
    _, built = run(worlds.plan(root, worlds.tables()), store, threads)
    jpeg, words = row(built, "picture_1.jpeg"), row(built, "picture_1.words")
    assert jpeg.state == "failed"
    assert "truncated or damaged" in jpeg.reason
    assert words.state == "unpaired"
    assert words.reason.startswith("Its original cannot be shown: picture_1 is truncated or damaged")


def test_a_file_that_changes_during_the_run_is_refused(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables())
    (root / "rebuilt" / "picture_0_r.png").write_bytes(saved(textured(5), "PNG"))
    _, built = run(plan, store, threads)
    assert row(built, "picture_0.words").state == "failed"
    assert "changed while the study was built: run the command again" in row(built, "picture_0.words").reason


def test_a_reconstructor_gets_the_originals_size_and_a_seed_of_its_own(
    root: Path, store: Store, threads: Executor
) -> None:
    plan = worlds.plan(root, worlds.tables(methods=[FLAT]))
    _, built = run(plan, store, threads)
    assert [(stimulus.width, stimulus.height) for stimulus in built.stimuli] == [(160, 120)] * 2
    seeds = [stimulus.parameters["seed"] for stimulus in built.stimuli]
    assert seeds == [seed(7, "picture_0", "words"), seed(7, "picture_1", "words")]
    assert len({*seeds, seed(8, "picture_0", "words"), seed(7, "picture_0", "other")}) == 4
    assert all(0 <= value < 2**32 for value in seeds)


def test_a_captioner_that_sees_the_original_is_called_once(root: Path, store: Store, threads: Executor) -> None:
    method = FLAT | {"captioner": {"backend": "colours"}}
    plan = worlds.plan(root, worlds.tables(methods=[method]))
    _, built = run(plan, store, threads)
    assert built.stimuli[0].caption == f"a file of {plan.originals[0].file_bytes} bytes"
    assert built.stimuli[0].versions == {"colours": "1", "flat": "1"}
    assert all(event.reused for event in build(plan, store, threads))


def test_over_budget_the_whole_study_gets_a_smaller_area(root: Path, store: Store, threads: Executor) -> None:
    plan = replace(worlds.plan(root, worlds.tables()), area_px=512 * 512, pair_budget_bytes=100_000)
    events, built = run(plan, store, threads)
    lowered = [event for event in events if event.kind == "area"]
    assert lowered
    assert built.area_px == lowered[-1].done < plan.area_px
    assert {rendition.area_px for rendition in built.renditions} == {built.area_px}
    sizes = {rendition.sha256: rendition.size_bytes for rendition in built.renditions}
    pairs = [
        sizes[stimulus.rendition_sha256 or ""] + sizes[stimulus.original_rendition_sha256 or ""]
        for stimulus in built.stimuli
    ]
    assert 80_000 < max(pairs) <= 100_000


def test_a_downscaled_codec_is_shown_at_the_originals_shape(root: Path, store: Store, threads: Executor) -> None:
    (root / "small").mkdir()
    for number in range(2):
        (root / "small" / f"picture_{number}.jpg").write_bytes(saved(textured(number, 40, 40), "JPEG"))
    method = {"slug": "s", "title": "S", "family": "classical", "codec": {"backend": "folder", "folder": "small"}}
    _, built = run(worlds.plan(root, worlds.tables(methods=[method])), store, threads)
    shape = {rendition.sha256: (rendition.width, rendition.height) for rendition in built.renditions}
    stimulus = built.stimuli[0]
    assert (stimulus.width, stimulus.height) == (40, 40)
    assert shape[stimulus.rendition_sha256 or ""] == shape[stimulus.original_rendition_sha256 or ""] == (74, 55)


def test_an_unfinished_build_says_so(root: Path, store: Store, threads: Executor) -> None:
    plan = worlds.plan(root, worlds.tables())
    with pytest.raises(BuildError, match="run the build again"):
        finished(plan, store)
    for _ in zip(range(5), build(plan, store, threads), strict=False):
        pass
    with pytest.raises(BuildError, match="run the build again"):
        finished(plan, store)


def test_processes_of_its_own_give_the_same_result(root: Path, store: Store, threads: Executor, tmp_path: Path) -> None:
    plan = worlds.plan(root, worlds.tables(methods=[worlds.JPEG, FLAT]))
    _, expected = run(plan, store, threads)
    other = Store(tmp_path / "other")
    assert len(list(build(plan, other))) == 10
    assert finished(plan, other) == expected


def test_a_worker_that_dies_ends_the_run_in_words(root: Path, store: Store) -> None:
    plan = worlds.plan(root, worlds.tables(methods=[FLAT]))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        with suppress(BrokenProcessPool):
            executor.submit(os._exit, 1).result()
        with pytest.raises(BuildError, match=r"A worker process died.*finished work is kept"):
            list(build(plan, store, executor))


def test_the_manifest_has_exactly_the_columns_of_the_schema(
    root: Path, store: Store, threads: Executor, tmp_path: Path
) -> None:
    import frictionless

    (root / "originals" / "picture_1.jpg").unlink()
    plan = worlds.plan(root, worlds.tables(missing_files="record"))
    _, built = run(plan, store, threads)
    path = tmp_path / "stimuli.csv"
    manifest.write_stimuli_csv(path, plan.study, built.stimuli, simulated=True)
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    schema = json.loads((manifest.SCHEMAS / "stimuli.json").read_text(encoding="utf-8"))
    assert list(rows[0]) == [field["name"] for field in schema["fields"]]
    assert rows[0]["simulated"] == "true"
    assert (rows[2]["state"], rows[2]["size_bytes"], rows[2]["sha256"]) == ("missing", "", "")
    assert json.loads(rows[0]["parameters"])["quality"] == 20
    report = frictionless.Resource(
        path="stimuli.csv", basepath=str(tmp_path), schema=frictionless.Schema.from_descriptor(schema)
    ).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    before = path.read_bytes()
    manifest.write_stimuli_csv(path, plan.study, built.stimuli, simulated=True)
    assert path.read_bytes() == before
