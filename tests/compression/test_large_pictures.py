"""What the largest pictures may cost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("codec", ["jpeg", "webp", "jpeg-xl"])
def test_48_megapixels_are_read_and_encoded_in_less_than_a_gigabyte(codec: str) -> None:
    command = [sys.executable, "-m", "benchmarks.memory", codec]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert json.loads(ran.stdout)["peak_mb"] < 1000
