"""Saving answers, 32 clients at once, beside the least a site could do: python -m benchmarks.answers sqlite postgresql.

Floor and site take turns, so that whatever else the machine does slows both; of each the best run counts. Needs a
machine whose processors are not all taken: read the ratios, not the numbers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks import clients
from benchmarks.timing import show
from scripts import postgresql
from tests.servers import ROOT, Server

CLIENTS = 32
PLACES_EACH = 3
ITEMS = 15
METHODS = 5
ROUNDS = 6
SIZES = (75, 3000)
PLACES = CLIENTS * PLACES_EACH * ROUNDS


@dataclass(frozen=True)
class Run:
    """One run of a crowd: answers per second, what saving took (ms), processor time of the server per answer (ms)."""

    rate: float
    p50: float
    p95: float
    cpu: float


class Floor(Server):
    """The floor, served as the site is."""

    application = "benchmarks.floor"
    probe = "/1/"


@dataclass
class Side:
    """A server with its data, and how a crowd of it works."""

    server: Server
    work: clients.Work
    shares: Iterator[list[Any]]

    def run(self) -> Run:
        """Let the crowd answer its next shares."""
        assert self.server.process
        before = _processor_seconds(self.server.process.pid)
        crowd = clients.run(self.server.port, self.work, next(self.shares))
        used = _processor_seconds(self.server.process.pid) - before
        cuts = quantiles(crowd.saving, n=20)
        count = len(crowd.saving)
        return Run(count / crowd.wall, cuts[9] * 1000, cuts[18] * 1000, used / count * 1000)


def _processor_seconds(group: int) -> float:
    """Return what the processes of a group have used, their system calls included."""
    used = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group:
            used += int(fields[11]) + int(fields[12])
    return used / os.sysconf("SC_CLK_TCK")


def make_site(stimuli: int) -> list[str]:
    """Publish a survey of so many stimuli, fifteen to a place; return its links' keys."""
    from surveys.models import Posting, Release
    from surveys.selectors.releases import reconstructions
    from surveys.services import releases
    from tests.surveys import factories

    study = factories.make_study(originals=stimuli // METHODS, methods=METHODS)
    raters = -(-PLACES // (stimuli // ITEMS))
    waiting = [each.seen for each in reconstructions(study, state="waiting")]
    for start in range(0, len(waiting), 500):
        part = waiting[start : start + 500]
        releases.judge(study=study, seen=part, verdict=Release.Verdict.RELEASED, by="the benchmark")
    _, published = factories.make_published_survey(
        study, raters=raters, items_per_form=ITEMS, link=Posting.Link.INVITATION, invitations=PLACES
    )
    return list(published.keys)


@contextmanager
def sides(urls: dict[str, str], folder: Path, stimuli: int) -> Iterator[dict[str, Side]]:
    """Start both servers on new databases."""
    media = folder / "media"
    own = {
        name: os.environ | {"DATABASE_URL": url, "MEDIA_ROOT": str(media), "STORE": ""} for name, url in urls.items()
    }
    _python(own["floor"], "-m", "benchmarks.floor", str(stimuli))
    _python(own["site"], "manage.py", "migrate", "--verbosity", "0")
    keys = json.loads(_python(own["site"], "-m", "benchmarks.answers", "make", str(stimuli)))
    with (
        Floor(urls["floor"], media, folder / "floor.log") as floor,
        Server(urls["site"], media, folder / "site.log") as site,
    ):
        yield {
            "floor": Side(floor, clients.at_the_floor, _numbers(stimuli)),
            "site": Side(site, clients.at_the_site, _links(keys)),
        }


def _python(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _numbers(stimuli: int) -> Iterator[list[Any]]:
    while True:
        yield [[1 + (7 * client + n) % stimuli for n in range(PLACES_EACH * ITEMS)] for client in range(CLIENTS)]


def _links(keys: list[str]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), CLIENTS * PLACES_EACH):
        share = keys[start : start + CLIENTS * PLACES_EACH]
        yield [share[client::CLIENTS] for client in range(CLIENTS)]


def best(runs: list[Run]) -> Run:
    """Return the best of each figure: what the machine did besides made the others worse."""
    return Run(
        max(run.rate for run in runs), *(min(getattr(run, name) for run in runs) for name in ("p50", "p95", "cpu"))
    )


def measure(database: str, folder: Path, stimuli: int) -> dict[str, Run]:
    """Let floor and site take turns."""
    folder.mkdir()
    urls = {name: _database(database, folder, f"{name}_{stimuli}") for name in ("floor", "site")}
    with sides(urls, folder, stimuli) as both:
        runs: dict[str, list[Run]] = {side: [] for side in both}
        for _ in range(ROUNDS):
            for side, each in both.items():
                runs[side].append(each.run())
                print(
                    database[:6], stimuli, side, [round(value, 1) for value in astuple(runs[side][-1])], file=sys.stderr
                )
    return {side: best(each) for side, each in runs.items()}


def _database(database: str, folder: Path, name: str) -> str:
    """Return the URL of a new database: a file, or one of the PostgreSQL whose URL is given."""
    if database == "sqlite":
        return f"sqlite:///{folder / name}.sqlite3"
    import psycopg

    parts = urlsplit(database)
    socket = parse_qs(parts.query)["host"][0]
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return parts._replace(path=f"/{name}").geturl()


def report(name: str, found: dict[int, dict[str, Run]]) -> None:
    """Print what was measured, and how it stands to the floor."""
    rows: list[list[object]] = []
    for stimuli, runs in found.items():
        for side, run in runs.items():
            rows.append([f"{side}, {stimuli} stimuli", *(round(value, 1) for value in astuple(run))])
        ours, least = astuple(runs["site"]), astuple(runs["floor"])
        rows.append(["  site ÷ floor", *(one / other for one, other in zip(ours, least, strict=True))])
    small, large = (found[size] for size in SIZES)
    for side in ("floor", "site"):
        grown = zip(astuple(large[side]), astuple(small[side]), strict=True)
        rows.append([f"{side}, {SIZES[1]} ÷ {SIZES[0]}", *(one / other for one, other in grown)])
    show(f"{name}: {CLIENTS} clients", ["", "answers/s", "p50 ms", "p95 ms", "CPU ms per answer"], rows)


def main() -> None:
    if sys.argv[1:2] == ["make"]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        print(json.dumps(make_site(int(sys.argv[2]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or ("sqlite", "postgresql"):
            database = name if name == "sqlite" else postgresql.url_of(postgresql.start(_new(folder, "postgresql")))
            report(name, {size: measure(database, Path(folder, f"{name}-{size}"), size) for size in SIZES})


def _new(folder: str, name: str) -> Path:
    path = Path(folder, name)
    path.mkdir()
    return path


if __name__ == "__main__":
    main()
