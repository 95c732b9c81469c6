"""A participant at the site of the simulated Prolific: its own pages, read and sent as a browser does."""

from __future__ import annotations

from urllib.parse import urlencode

from surveys.rehearsal.browser import Browser, PlayError, Shown
from surveys.rehearsal.visits import Ending

TAKE, RETURN = "/site/take", "/site/return"


class ProlificParticipant:
    """One participant.

    Parameters
    ----------
    browser
        The participant's own; our pages may be opened in the same one.
    site
        The simulator's address.
    participant
        The participant's id.
    """

    def __init__(self, browser: Browser, site: str, participant: str) -> None:
        self._browser, self._participant = browser, participant
        self._home = f"{site.rstrip('/')}/site/?{urlencode({'participant': participant})}"

    def preview(self) -> str:
        """Return nothing: nobody sees our page before they take part."""
        return ""

    def accept(self) -> str:
        """Take the first study that is offered; the window is led to our page."""
        home = self._opened()
        form = home.page.posting_to(TAKE)
        if form is None:
            return ""
        return self._browser.send(home, form).url

    def submit(self, ending: Ending) -> None:
        """Go back by the link of our last page."""
        if not ending.link:
            raise PlayError("Our last page has no link that leads back to Prolific.")
        reply = self._browser.open(ending.link)
        if reply.status != 200:
            raise PlayError(f"Prolific did not take the completion code ({reply.status}).")

    def give_back(self) -> None:
        """Return the study by the site's own button."""
        home = self._opened()
        form = home.page.posting_to(RETURN)
        if form is None:
            raise PlayError("There is nothing to return: no study is under way.")
        self._browser.send(home, form)

    def _opened(self) -> Shown:
        shown = self._browser.open(self._home)
        if shown.status != 200:
            raise PlayError(f"Prolific's site answers {shown.status}.")
        return shown
