"""How long the next item takes to appear after the click, its pictures fetched: python -m benchmarks.next_item.

A real Chromium on a survey of 25 pairs of 512 × 512 pixels. From the click on Next until the frame after the one that
has the pictures of the next item and a scale that can be used. Beside it, in the same run, the least a page can do:
replace two decoded pictures by two others, and wait for the same frame.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.timing import show

ITEMS = 25
FLAGS = ["--no-sandbox", "--disable-gpu"]
NEXT = """() => new Promise((done) => {
  const progress = document.getElementById("progress"), before = progress.textContent;
  const start = performance.now();
  document.getElementById("next").click();
  const look = () => {
    const shown = [...document.querySelectorAll("#pair img")];
    const there = progress.textContent !== before && shown.length === 2 && shown.every((image) => image.complete);
    if (there && !document.querySelector("#scale input").disabled) {
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
    } else requestAnimationFrame(look);
  };
  look();
})"""
LEAST = """async () => {
  const shown = [...document.querySelectorAll("#pair img")];
  const others = [...shown].reverse().map((image) => image.cloneNode());
  await Promise.all(others.map((image) => image.decode()));
  return new Promise((done) => {
    const start = performance.now();
    shown.forEach((image, n) => image.replaceWith(others[n]));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  });
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        own = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": "",
            "VAR_DIR": folder,
            "STORE": "",
            "DEBUG": "false",
        }
        os.environ.update(own | {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "MEDIA_ROOT": f"{folder}/media"})
        next_item, least = measure(Path(folder), publish())
    rows = [[name, median(times), max(times)] for name, times in (("next item", next_item), ("two pictures", least))]
    ratio = ["  ratio", median(next_item) / median(least), max(next_item) / max(least)]
    show(f"From the click to the screen, {len(next_item)} items", ["", "median ms", "slowest ms"], [*rows, ratio])


def publish() -> str:
    """Publish a survey in a new database; return the path of a link."""
    import django

    django.setup()
    from django.core.management import call_command

    from tests.browser.conftest import enlarge
    from tests.surveys import factories

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    study = factories.make_study(originals=ITEMS, methods=1)
    enlarge(study)
    return f"/join/{factories.make_published_survey(study)[1].keys[0]}/"


def measure(folder: Path, link: str) -> tuple[list[float], list[float]]:
    """Return what each next item took, and what two pictures took at the same time (ms)."""
    from playwright.sync_api import sync_playwright

    from scripts import chromium
    from tests.browser import participant
    from tests.servers import Server

    database, media = os.environ["DATABASE_URL"], os.environ["MEDIA_ROOT"]
    next_item, least = [], []
    with Server(database, media, folder / "access.log") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        participant.join(page, server.url + link)
        for number in range(1, ITEMS):
            participant.at_item(page, number)
            participant.choose(page, 6)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)  # what was fetched is decoded
            least.append(page.evaluate(LEAST))
            next_item.append(page.evaluate(NEXT))
        browser.close()
    return next_item, least


if __name__ == "__main__":
    main()
