"""A build that is killed at any moment goes on where it stopped, and ends with the very same table."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compression.methods import PLUGINS
from tests.compression import worlds

ROOT = Path(__file__).parents[2]
ORIGINALS = 6
KILLS = 6
STUDY = """
[study]
slug = "killed"
title = "Killed"
seed = 3
[renditions]
area_px = 65536
[[categories]]
slug = "things"
title = "Things"
{originals}
[[methods]]
slug = "jpeg"
title = "JPEG"
family = "classical"
codec = {{ backend = "jpeg", target_percent_smaller = 40 }}
[[methods]]
slug = "slow"
title = "Slow"
family = "classical"
codec = {{ backend = "slow", effort = 8, log = "{log}" }}
[[methods]]
slug = "words"
title = "Words"
family = "textual"
captioner = {{ backend = "human", file = "captions.csv" }}
reconstructor = {{ backend = "folder", folder = "rebuilt", suffix = "_r" }}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    root = tmp_path / "study"
    worlds.write_files(root, ORIGINALS)
    originals = "\n".join(
        f'[[originals]]\nslug = "picture_{number}"\ncategory = "things"\nfile = "originals/picture_{number}.jpg"'
        for number in range(ORIGINALS)
    )
    path = root / "study.toml"
    path.write_text(STUDY.format(originals=originals, log=tmp_path / "log"))
    return path


def start(study: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "compression", "build", str(study), "--out", str(out)]
    environment = {**os.environ, PLUGINS: "tests.compression.plugin"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, start_new_session=True)


def finish(study: Path, out: Path) -> str:
    output, _ = start(study, out).communicate(timeout=300)
    return output.decode()


def records(out: Path) -> set[str]:
    return {path.name for path in (out / "store" / "records").glob("*/[0-9a-f]*.json")}


def encodings(log: Path) -> list[str]:
    return log.read_text().split() if log.exists() else []


def kill_when(study: Path, out: Path, enough: int) -> None:
    """Kill a build, without a chance to tidy up, once so many records are there; its workers end by themselves."""
    process = start(study, out)
    while len(records(out)) < enough and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=120)  # ends when the last worker lets go of the output


def test_a_build_killed_again_and_again_ends_as_if_undisturbed(study: Path, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"kill seed {seed}")
    moments = sorted(random.Random(seed).randrange(1, 3 * ORIGINALS + 4 * ORIGINALS) for _ in range(KILLS))
    calm, killed, log = tmp_path / "calm", tmp_path / "killed", tmp_path / "log"
    finish(study, calm)
    log.unlink()
    for moment in moments:
        before = records(killed)
        kill_when(study, killed, moment)
        assert before <= records(killed)
    there, encoded_before = len(records(killed)), len(encodings(log))
    output = finish(study, killed)
    assert (killed / "stimuli.csv").read_bytes() == (calm / "stimuli.csv").read_bytes()
    assert output.count(": there already") == there
    assert output.count(": made") == 7 * ORIGINALS - there
    encoded = encodings(log)
    assert set(encoded) == {f"picture_{number}" for number in range(ORIGINALS)}
    # a kill can only repeat what was under way; what was kept is never encoded again, on however many cores
    assert len(encoded) <= ORIGINALS + KILLS * min(os.cpu_count() or 1, ORIGINALS)
    assert sorted(encoded[encoded_before:]) == sorted(re.findall(r"Stimuli \S+ (picture_\d+)\.slow: made", output))


def test_a_killed_build_leaves_no_half_file_under_a_name_that_is_read(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kill_when(study, out, 5)
    command = [sys.executable, "-m", "compression", "verify", str(out)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_a_finished_build_encodes_nothing_the_second_time(study: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    finish(study, out)
    table, encoded = (out / "stimuli.csv").read_bytes(), log.read_text()
    assert finish(study, out).count(": made") == 0
    assert (out / "stimuli.csv").read_bytes() == table
    assert log.read_text() == encoded
