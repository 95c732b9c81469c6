"""Zoom, pan and flicker, where an instrument has them; the shipped surveys have none."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from surveys.instruments import loader
from surveys.instruments.instrument import Instrument
from surveys.models import Answer
from surveys.services import studies
from tests.browser import participant

pytestmark = pytest.mark.browser
SHOWN = """() => [...document.querySelectorAll('.box img')].map((image) => {
    const { x, y, width, height } = image.getBoundingClientRect();
    return { x, y, width, height, of: image.offsetWidth };
})"""

PRESS_NINE_TIMES = """() => { for (let n = 0; n < 9; n++)
    document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'f', bubbles: true})); }"""


@pytest.fixture
def opened(page, site):
    content = loader.load("survey_a", loader.SHIPPED).content() | {"view": ["zoom", "flicker"]}
    site.survey.instrument = studies.store_instrument(Instrument.model_validate(content))
    site.survey.save()
    participant.join(page, site.join_url())
    return page


def test_the_shipped_surveys_show_no_such_buttons(page, site):
    participant.join(page, site.join_url())
    assert page.locator("#view").count() == 0
    page.keyboard.press("+")
    page.keyboard.press("f")
    participant.choose(page, 5)
    assert not {"zooms", "flickers"} & Answer.objects.get().display.keys()


def test_both_pictures_are_enlarged_and_moved_alike_by_button_key_and_drag(opened, axe):
    opened.get_by_role("button", name="Enlarge").click()
    opened.keyboard.press("+")
    before = opened.evaluate(SHOWN)
    assert [one["width"] / one["of"] for one in before] == pytest.approx([2, 2], abs=0.01)
    opened.keyboard.press("ArrowRight")
    after = opened.evaluate(SHOWN)
    moved = [(old["x"] - new["x"]) / old["of"] for old, new in zip(before, after, strict=True)]
    assert moved == pytest.approx([0.2, 0.2], abs=0.01)
    assert opened.locator("#scale input:checked").count() == 0
    box = opened.locator(".box").first.bounding_box()
    opened.mouse.move(box["x"] + 200, box["y"] + 100)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 200, box["y"] + 130, steps=3)
    opened.mouse.up()
    assert opened.evaluate(SHOWN)[1]["y"] > after[1]["y"]
    axe(opened)
    participant.choose(opened, 5)
    assert Answer.objects.get().display["zooms"] == 2
    opened.locator("#next").click()
    participant.at_item(opened, 2)
    assert all(one["width"] == one["of"] for one in opened.evaluate(SHOWN))


def test_pictures_take_turns_at_a_press_never_by_themselves_and_not_too_fast(opened, axe):
    opened.keyboard.press("f")
    visible = opened.locator(".side:visible figcaption")
    expect(visible).to_have_count(1)
    first = visible.inner_text()
    opened.wait_for_timeout(1200)
    assert visible.all_inner_texts() == [first]
    opened.evaluate(PRESS_NINE_TIMES)
    assert visible.all_inner_texts() != [first]
    axe(opened)
    opened.get_by_role("button", name="Show both").click()
    expect(opened.locator(".box img:visible")).to_have_count(2)
    participant.choose(opened, 5)
    shown = Answer.objects.get().display
    assert shown["flickers"] == 2
    assert shown["rendered_width"] > 100
