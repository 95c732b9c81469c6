"""One simulated person who comes to our page by a panel, and goes the way a browser goes."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from surveys.rehearsal.browser import HEIGHT, WIDTH, Browser, PlayError, Shown
from surveys.rehearsal.knowing import Known
from surveys.rehearsal.sitting import Sitting
from surveys.rehearsal.visits import Behaviour, Ended, Ending, Visit, code_of, ending_of, place_of

NOBODY = "<nobody, really>"
_AN_ID = re.compile(r"id$", re.IGNORECASE)


class Player:
    """Takes part by one address.

    Parameters
    ----------
    browser
        The person's own.
    seed
        From which, and from the pictures, all answers follow.
    known
        What attentive people answer to checks; without it those that no words explain are answered at random.
    """

    def __init__(self, browser: Browser, *, seed: int, known: Known | None = None) -> None:
        self._browser, self._seed, self._known = browser, seed, known or {}

    def play(self, url: str, behaviour: Behaviour = Behaviour.FINISH) -> Visit:
        """Come by an address of the panel and behave.

        Raises
        ------
        PlayError
            A page did not do what it has to.
        """
        if behaviour is Behaviour.PREVIEW:
            return self._look(url)
        if behaviour is Behaviour.MALFORMED:
            return self._come_malformed(url)
        page = self._start(url)
        if (place := place_of(page)) is None:
            return _over(page)
        sitting = self._sit_down(page)
        if behaviour is Behaviour.FINISH:
            return self._finish(sitting)
        sitting.answer(len(place["items"]) // 2)
        if behaviour is Behaviour.TWICE:
            return self._come_again(url, page, sitting)
        if behaviour is Behaviour.RETURN:
            return self._return(page, sitting)
        return _visit(Ended.ABANDONED, page, sitting)

    def _start(self, url: str) -> Shown:
        """Read the information and agree, or come to where one was."""
        shown = self._browser.open(url)
        form = shown.page.consent()
        if shown.status != 200 or form is None:
            return shown
        size = {"width": str(WIDTH), "height": str(HEIGHT)}
        filled = {name: text for name, text in size.items() if name in form.fields}
        return self._browser.send(shown, form, {**form.ticks, **filled})

    def _sit_down(self, page: Shown) -> Sitting:
        if (place := place_of(page)) is None:
            raise PlayError(f"There are no pictures to answer: the page says “{page.page.title}”.")
        return Sitting(self._browser, page, place, seed=self._seed, known=self._known)

    def _look(self, url: str) -> Visit:
        """Look at the page, and see that nothing can be started from it, not even by force."""
        shown = self._browser.open(url)
        if shown.page.consent() or place_of(shown):
            raise PlayError("Who only looks can start: the page has a form that can be sent.")
        if place_of(self._browser.post(url, {"consent": "yes"})):
            raise PlayError("Who only looks can start: agreeing by force led to a place.")
        return _visit(Ended.LOOKED, shown)

    def _come_malformed(self, url: str) -> Visit:
        """Come with ids that are none, and see that this is refused."""
        spoiled = malformed(url)
        shown, forced = self._browser.open(spoiled), self._browser.post(spoiled, {"consent": "yes"})
        if 200 in (shown.status, forced.status):
            raise PlayError(f"Ids that are none were taken: the page says “{shown.page.title}”.")
        return _visit(Ended.REFUSED, shown)

    def _finish(self, sitting: Sitting) -> Visit:
        """Answer what is unanswered, and finish."""
        sitting.answer()
        self._browser.call(sitting.url("finish_url"))
        shown = self._browser.open(sitting.url("done_url"))
        ending = ending_of(shown)
        if not ending.receipt_code:
            raise PlayError(f"The last page shows no receipt: it says “{shown.page.title}”.")
        return _visit(Ended.FINISHED, shown, sitting, ending)

    def _come_again(self, url: str, page: Shown, sitting: Sitting) -> Visit:
        """Open the address again half-way, go on from there, and open it once more at the end."""
        again = self._start(url)
        resumed = self._sit_down(again)
        if code_of(again) != code_of(page) or resumed.answers != sitting.answers:
            raise PlayError("Who comes again is not where they were.")
        visit = self._finish(resumed)
        if ending_of(self._start(url)) != visit.ending:
            raise PlayError("Who comes again after the end does not see what they saw.")
        return visit

    def _return(self, page: Shown, sitting: Sitting) -> Visit:
        """Give the place back by the page that asks whether to."""
        asked = self._browser.open(sitting.url("leave_url"))
        form = next((form for form in asked.page.forms if "reason" in form.fields), None)
        if form is None:
            raise PlayError(f"There is no form to give the place back: the page says “{asked.page.title}”.")
        left = self._browser.send(asked, form, {"reason": "rehearsed", "answers": "keep"})
        if left.status != 200 or place_of(self._browser.open(page.url)):
            raise PlayError(f"The place could not be given back: the page says “{left.page.title}”.")
        return _visit(Ended.RETURNED, left, sitting)


def malformed(url: str) -> str:
    """Return an address whose ids are none; all of its parameters, where no name ends in ``id``."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    ids = {name for name, _ in query if _AN_ID.search(name)} or {name for name, _ in query}
    spoiled = urlencode([(name, NOBODY if name in ids else value) for name, value in query])
    return urlunsplit(parts._replace(query=spoiled))


def _over(shown: Shown) -> Visit:
    """Return how it ended where no place was reached."""
    ending = ending_of(shown)
    return _visit(Ended.FINISHED if ending.receipt_code else Ended.REFUSED, shown, ending=ending)


def _visit(ended: Ended, shown: Shown, sitting: Sitting | None = None, ending: Ending | None = None) -> Visit:
    return Visit(ended, shown.page.title, shown.status, sitting.answers if sitting else 0, ending or Ending())
