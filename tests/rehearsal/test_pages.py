"""What is read of a page: of ours at the end, of the worker site's, and of forms that can and can't be sent."""

from __future__ import annotations

from surveys.rehearsal import pages
from surveys.rehearsal.browser import Shown
from surveys.rehearsal.visits import Ending, ending_of, place_of

DONE = """<!doctype html><html><body><h1>Thank
  you!</h1><p class="lead">All your answers are saved.</p>
<form method="post" action="http://127.0.0.1:8900/mturk/externalSubmit" id="hand-in">
  <input type="hidden" name="assignmentId" value="3ABC"><input type="hidden" name="receipt_code" value="AB&amp;CD-1">
  <div class="actions"><button type="submit">Hand in</button></div></form>
<output id="code">
  ABCD-EFGH-2345
</output>
<a href="/withdraw/">Take it back</a><a class="button" id="go-back" href="https://panel.example/?cc=A&amp;x=1">Back</a>
<form method="post" action="/take/t/comment/"><textarea id="comment" name="comment">kept</textarea>
<button type="submit" class="is-quiet">Send</button></form><output id="completion-code">C0MP</output></body></html>"""
JOIN = """<h1>Take part</h1><form method="post"><input type="hidden" name="width"><input type="hidden" name="height">
<label><input type="checkbox" name="consent" value="yes" required></label>
<button type="submit"{}>Start</button></form>"""


def shown(text: str, status: int = 200) -> Shown:
    return Shown("http://127.0.0.1/take/code:1:sig/done/", status, pages.read(text), text)


def test_the_last_page_says_where_to_hand_in_where_to_go_and_which_code_to_paste():
    ending = ending_of(shown(DONE))
    assert ending.form
    assert ending.form.action == "http://127.0.0.1:8900/mturk/externalSubmit"
    assert ending.form.fields == {"assignmentId": "3ABC", "receipt_code": "AB&CD-1"}
    assert (ending.receipt_code, ending.code) == ("ABCD-EFGH-2345", "C0MP")
    assert ending.link == "https://panel.example/?cc=A&x=1"
    assert pages.read(DONE).title == "Thank you!"


def test_a_page_without_an_end_has_none():
    assert ending_of(shown("<h1>Every place is taken</h1>")) == Ending()
    assert not Ending(receipt_code="A").leads_back


def test_agreeing_needs_a_button_that_can_be_pressed():
    form = pages.read(JOIN.format("")).consent()
    assert form
    assert (form.method, form.action, form.ticks) == ("post", "", {"consent": "yes"})
    assert form.fields == {"width": "", "height": ""}
    assert pages.read(JOIN.format(" disabled")).consent() is None
    assert pages.read('<div id="only-looking"></div><button disabled>Start</button>').consent() is None


def test_the_data_of_a_place_is_read_as_it_was_written():
    page = '<script id="place" type="application/json">{"title": "a \\u003Cb\\u003E & c", "items": []}</script>'
    assert place_of(shown(page)) == {"title": "a <b> & c", "items": []}
    assert place_of(shown(page, status=410)) is None
    assert place_of(shown("<script>let place = {};</script>")) is None


def test_frames_and_buttons_of_the_worker_site_are_found():
    page = pages.read(
        '<form method="post" action="/worker/accept"><input type="hidden" name="hit" value="H1">'
        '<button>Accept</button></form><iframe src="http://x/join/k/?assignmentId=1&amp;hitId=2"></iframe>'
    )
    form = page.posting_to("/worker/accept")
    assert form
    assert form.fields == {"hit": "H1"}
    assert page.frames == ["http://x/join/k/?assignmentId=1&hitId=2"]
    assert page.posting_to("/worker/return") is None
