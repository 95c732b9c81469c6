"""A worker at the worker site of the simulated Mechanical Turk: its own pages, read and sent as a browser does."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urljoin

from surveys.rehearsal.browser import Browser, PlayError, Shown
from surveys.rehearsal.visits import Ending

ACCEPT, RETURN, SUBMIT = "/worker/accept", "/worker/return", "/mturk/externalSubmit"
_TAG = re.compile(r"<[^>]*>")


class MTurkWorker:
    """One worker.

    Parameters
    ----------
    browser
        The worker's own; the frame's pages may be opened in the same one.
    site
        The simulator's address.
    worker
        The worker's id.
    """

    def __init__(self, browser: Browser, site: str, worker: str) -> None:
        self._browser, self._site, self._worker = browser, site.rstrip("/"), worker
        self._task: Shown | None = None

    def preview(self) -> str:
        """Return the frame of the first HIT that is offered."""
        for address in self._offered():
            return _frame(self._opened(address))
        return ""

    def accept(self) -> str:
        """Accept the first HIT that can be had: who had one, or comes too late, is refused and looks further."""
        for address in self._offered():
            preview = self._opened(address)
            form = preview.page.posting_to(ACCEPT)
            if form is None:
                raise PlayError(f"The worker site has no button to accept: it says “{preview.page.title}”.")
            task = self._browser.send(preview, form)
            if task.status == 200:
                self._task = task
                return _frame(task)
        return ""

    def submit(self, ending: Ending) -> None:
        """Post the form of our last page, hidden fields and all, to where it says."""
        form = ending.form
        if form is None or not form.action.endswith(SUBMIT):
            raise PlayError("Our last page has no form that hands in at Mechanical Turk.")
        reply = self._browser.post(urljoin(f"{self._site}/", form.action), form.fields)
        if reply.status != 200:
            raise PlayError(f"Mechanical Turk did not take what was handed in ({reply.status}): {_why(reply)}")
        self._task = None

    def give_back(self) -> None:
        """Return the HIT by the worker site's own button."""
        if self._task is None or (form := self._task.page.posting_to(RETURN)) is None:
            raise PlayError("There is nothing to return: no HIT was accepted.")
        reply = self._browser.send(self._task, form)
        if reply.status != 200:
            raise PlayError(f"Mechanical Turk did not take the HIT back ({reply.status}): {_why(reply)}")
        self._task = None

    def _offered(self) -> list[str]:
        listed = self._opened(f"{self._site}/worker/?{urlencode({'worker': self._worker})}")
        return [urljoin(listed.url, link.url) for link in listed.page.links if "/worker/preview" in link.url]

    def _opened(self, address: str) -> Shown:
        shown = self._browser.open(address)
        if shown.status != 200:
            raise PlayError(f"The worker site answers {shown.status}: {_why(shown)}")
        return shown


def _frame(shown: Shown) -> str:
    if not shown.page.frames:
        raise PlayError(f"The worker site's page has no frame: it says “{shown.page.title}”.")
    return shown.page.frames[0]


def _why(shown: Shown) -> str:
    return " ".join(_TAG.sub(" ", shown.text).split())[-200:]
