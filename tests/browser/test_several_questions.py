"""Surveys B and C in a real browser: by mouse, by keyboard, on a phone, over a reload and without a connection."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from surveys.models import Answer, Assignment
from tests.browser.conftest import Site, enlarge
from tests.browser.participant import at_item, join, receipt_code, saved
from tests.browser.test_every_page import check
from tests.surveys import factories

pytestmark = pytest.mark.browser
B = ("objects", "appearance", "position", "surroundings", "colours")


def publish(site: Site, slug: str, originals: int = 3) -> Site:
    """Publish a survey of a few items beside the site's own."""
    study = factories.make_study(f"with-{slug}", originals=originals, methods=3, categories=1)
    enlarge(study)
    return Site(site.server, *factories.make_published_survey(study, slug=slug))


@pytest.fixture
def b(site) -> Site:
    return publish(site, "b")


@pytest.fixture
def c(site) -> Site:
    return publish(site, "c")


def kept() -> list[dict[str, Any]]:
    """Return what stands of each item, by question."""
    found: dict[int, dict[str, Any]] = {}
    for row in Answer.objects.filter(current=True).select_related("item"):
        found.setdefault(row.item.position, {})[row.question] = row.value
    return [found[position] for position in sorted(found)]


def rate(page: Page, values: tuple[int, ...]) -> None:
    for name, value in zip(B, values, strict=True):
        page.locator(f'input[name="{name}"][value="{value}"]').click()


def field(page: Page):
    return page.get_by_role("textbox", name="What is in this picture?")


def test_five_ratings_of_each_pair_by_mouse(page, b):
    join(page, b.join_url())
    for number in (1, 2, 3):
        at_item(page, number)
        expect(page.locator("#next")).to_be_disabled()
        rate(page, (1, 2, 3, 4, 5))
        saved(page)
        page.locator("#next").click()
    receipt_code(page)
    assert kept() == [dict(zip(B, (1, 2, 3, 4, 5), strict=True))] * 3


def test_five_ratings_with_number_keys_alone(page, b):
    join(page, b.join_url())
    for number in (1, 2, 3):
        at_item(page, number)
        for key in "54321":
            page.keyboard.press(key)
        saved(page)
        page.keyboard.press("Enter")
    receipt_code(page)
    assert kept() == [dict(zip(B, (5, 4, 3, 2, 1), strict=True))] * 3


def test_what_the_numbers_mean_is_in_view_where_there_is_room_and_on_the_first_pair(browser, b):
    for width, second in ((1280, True), (375, False)):
        page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        join(page, b.join_url(1 if width > 700 else 2))
        meaning = page.get_by_text("Everything that matters in one is in the other")
        expect(meaning).to_be_visible()
        rate(page, (1, 1, 1, 1, 1))
        page.locator("#next").click()
        at_item(page, 2)
        assert meaning.is_visible() is second
        if not second:
            page.get_by_text("What the numbers mean").first.click()
            expect(meaning).to_be_visible()
            rate(page, (2, 2, 2, 2, 2))
            saved(page)
            opened = [row.display.get("opened_meanings") for row in Answer.objects.filter(value=2)]
            assert opened == [1.0] * 5
        page.context.close()


def test_things_a_relation_and_adjectives_by_keyboard_alone(page, c):
    join(page, c.join_url())
    for number in (1, 2):
        at_item(page, number)
        field(page).focus()
        page.keyboard.type("boat, gulls,")
        page.keyboard.type("sea")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.keyboard.type("floats below")
        page.keyboard.press("Enter")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        saved(page)
        page.keyboard.press("Enter")
    at_item(page, 3)
    said = {"things": ["boat", "gulls", "sea"], "relation": "floats below", "adjectives": ["calm", "lively"]}
    assert kept() == [said, said]


def test_one_thing_alone_has_no_relation_and_a_second_asks_for_it(page, c):
    join(page, c.join_url())
    field(page).fill("boat")
    field(page).press("Enter")
    expect(page.get_by_text("You named one thing only")).to_be_visible()
    page.get_by_role("checkbox", name="Calm").check()
    saved(page)
    assert Answer.objects.get(question="relation", current=True).skipped
    field(page).fill("gulls")
    field(page).press("Enter")
    expect(page.locator("#next")).to_be_disabled()
    relation = page.get_by_role("textbox", name="What do the first two have to do with each other?")
    relation.fill("carries")
    saved(page)
    assert kept() == [{"things": ["boat", "gulls"], "relation": "carries", "adjectives": ["calm"]}]


def test_things_are_put_in_order_and_taken_away(page, c):
    join(page, c.join_url())
    field(page).fill("boat, gulls, sea, sky, sand, sun")
    expect(page.get_by_text("That is 5. Remove one to add another.")).to_be_visible()
    page.get_by_role("button", name="Move up: gulls").click()
    page.get_by_role("button", name="Remove: sky").click()
    page.get_by_role("textbox", name="What do the first two").fill("circle")
    page.get_by_role("checkbox", name="Calm").check()
    saved(page)
    assert kept()[0]["things"] == ["gulls", "boat", "sea", "sand"]


def relation(page: Page):
    return page.get_by_role("textbox", name="What do the first two")


def test_a_number_on_its_way_to_rest_is_no_answer_to_the_others(page, b):
    join(page, b.join_url())
    page.locator('input[name="objects"]').first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#next")).to_be_disabled()


def test_a_moved_thing_keeps_the_focus_on_the_same_button(page, c):
    join(page, c.join_url())
    field(page).fill("boat, gulls, sea,")
    down = page.get_by_role("button", name="Move down: boat")
    down.press("Enter")
    expect(down).to_be_focused()
    expect(page.get_by_text("“boat” is number 2 now.")).to_be_visible()


def test_a_relation_comes_back_with_the_second_thing(page, c):
    join(page, c.join_url())
    field(page).fill("boat, gulls,")
    relation(page).fill("carries")
    page.get_by_role("checkbox", name="Calm").check()
    saved(page)
    page.get_by_role("button", name="Remove: gulls").click()
    expect(relation(page)).to_have_value("")
    saved(page)
    field(page).fill("gulls")
    field(page).press("Enter")
    expect(relation(page)).to_have_value("carries")
    saved(page)
    assert kept()[0]["relation"] == "carries"


def test_a_text_typed_just_before_a_reload_is_there_again(page, c):
    join(page, c.join_url())
    field(page).fill("boat, gulls,")
    relation(page).fill("carries")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    at_item(page, 1)
    expect(relation(page)).to_have_value("carries")


def test_the_meanings_are_in_view_again_when_the_window_grows(page, b):
    page.set_viewport_size({"width": 768, "height": 1024})
    join(page, b.join_url())
    rate(page, (1, 2, 3, 4, 5))
    page.locator("#next").click()
    at_item(page, 2)
    meaning = page.get_by_text("Everything that matters in one is in the other")
    expect(meaning).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(meaning).to_be_visible()


def test_one_refused_rating_of_five_is_said_until_it_is_given_again(page, b):
    def refuse(route: Route) -> None:
        if json.loads(route.request.post_data or "{}")["question"] == "position":
            route.fulfill(status=400, json={"error": "Not this one."})
        else:
            route.continue_()

    join(page, b.join_url())
    page.route("**/answers/", refuse)
    rate(page, (1, 2, 3, 4, 5))
    expect(page.locator("#next")).to_be_disabled()
    expect(page.locator("#trouble")).to_have_text("Not this one.")
    expect(page.locator('input[name="position"]:checked')).to_have_count(0)
    page.unroute("**/answers/")
    page.locator('input[name="position"][value="3"]').click()
    saved(page)
    expect(page.locator("#trouble")).to_be_hidden()


def test_five_questions_with_their_anchors_and_the_pair_are_in_view_together_on_a_laptop(page, b):
    page.set_viewport_size({"width": 1280, "height": 720})
    join(page, b.join_url())
    assert page.evaluate("document.documentElement.scrollHeight") <= 720
    assert page.locator(".meanings li:visible").count() == 15
    assert page.evaluate(AREAS)[0] > 45_000


AREAS = """() => [...document.querySelectorAll('.box img')].map((image) => image.getBoundingClientRect())
                 .map(({ width, height }) => width * height)"""


def test_on_a_phone_the_pair_is_as_large_as_its_shapes_allow_and_stays_in_sight(browser, b):
    page = browser.new_context(viewport={"width": 375, "height": 667}, has_touch=True).new_page()
    join(page, b.join_url())
    for number in (1, 2, 3):
        at_item(page, number)
        assert min(page.evaluate(AREAS)) > 14_000
        page.locator('input[name="colours"][value="3"]').scroll_into_view_if_needed()
        for picture in page.locator(".box img").all():
            box = picture.bounding_box()
            assert 0 <= box["y"] < box["y"] + box["height"] <= 667 / 2
        for name in B:
            target = page.locator(f'input[name="{name}"][value="4"]')
            assert target.bounding_box()["width"] >= 30
            assert target.bounding_box()["height"] >= 44
            target.tap()
        saved(page)
        layouts = set(Answer.objects.filter(item__position=number).values_list("layout", flat=True))
        assert layouts == {page.locator("#pair").get_attribute("data-layout")}
        page.locator("#next").tap()
    receipt_code(page)
    page.context.close()


def test_typed_and_pasted_are_told_apart_in_numbers(browser, c):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    join(page, c.join_url())
    page.evaluate("document.querySelector('#question').focus()")
    field(page).focus()
    page.keyboard.type("boat, sea")
    page.keyboard.press("Enter")
    saved_things = Answer.objects.filter(question="things")
    expect_kept(page, saved_things, ["boat", "sea"])
    shown = saved_things.get(current=True).display
    assert (shown["typed_chars"], shown["pasted_chars"], shown["pastes"]) == (9, 0, 0)
    assert shown["typing_ms"] > 0
    field(page).evaluate("(input) => { input.value = 'lifts the gulls'; input.select(); }")
    page.keyboard.press("Control+X")
    relation(page).focus()
    page.keyboard.press("Control+V")
    page.keyboard.press("Enter")
    expect_kept(page, Answer.objects.filter(question="relation"), "lifts the gulls")
    shown = Answer.objects.get(question="relation", current=True).display
    assert (shown["typed_chars"], shown["pasted_chars"], shown["pastes"]) == (0, 15, 1)
    context.close()


def expect_kept(page: Page, rows: Any, value: Any) -> None:
    """Wait until an answer is stored with this value."""
    for _ in range(100):
        if [row.value for row in rows.filter(current=True)] == [value]:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{value!r} was not stored: {list(rows.values())}")


def test_what_upsets_is_skipped_with_all_its_questions(page, c):
    join(page, c.join_url())
    field(page).fill("boat, sea,")
    page.get_by_role("button", name="This picture upsets me").click()
    page.get_by_role("button", name="Skip it").click()
    at_item(page, 2)
    for _ in range(100):
        if Answer.objects.filter(current=True, reason="upset").count() == 3:
            break
        page.wait_for_timeout(100)
    assert kept() == [{"things": None, "relation": None, "adjectives": None}]


@pytest.mark.parametrize("slug", ["b", "c"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_text_twice_as_large_needs_no_sideways_scrolling_on_a_phone(page, site, slug, direction):
    page.set_viewport_size({"width": 375, "height": 667})
    join(page, publish(site, slug).join_url())
    if slug == "c":
        field(page).fill("lighthouse on a very long rocky cape, gulls,")
    page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_a_picture_that_does_not_come_is_asked_for_again(page, c):
    page.route("**/pictures/**", lambda route: route.fulfill(status=500))
    page.goto(c.join_url())
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("A picture did not arrive")
    page.unroute("**/pictures/**")
    page.get_by_role("button", name="Try again").click()
    at_item(page, 1)


def test_no_more_than_three_words_can_be_chosen(page, c):
    join(page, c.join_url())
    for name in ("Grand", "Calm", "Plain"):
        page.get_by_role("checkbox", name=name).check()
    expect(page.get_by_role("checkbox", name="Lonely")).to_be_disabled()
    page.get_by_role("checkbox", name="Calm").uncheck()
    expect(page.get_by_role("checkbox", name="Lonely")).to_be_enabled()


def test_words_survive_a_reload_and_a_minute_without_a_connection(page, c):
    join(page, c.join_url())
    page.context.set_offline(True)
    field(page).fill("boat, gulls,")
    page.get_by_role("textbox", name="What do the first two").fill("carries")
    page.get_by_role("checkbox", name="Grand").check()
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    page.context.set_offline(False)
    saved(page)
    page.reload()
    at_item(page, 2)
    page.get_by_role("button", name="Back").click()
    at_item(page, 1)
    expect(page.locator(".chip-text")).to_have_text(["boat", "gulls"])
    expect(page.get_by_role("textbox", name="What do the first two")).to_have_value("carries")
    expect(page.get_by_role("checkbox", name="Grand")).to_be_checked()
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize(("width", "theme"), [(375, "light"), (1280, "dark")])
@pytest.mark.parametrize("slug", ["b", "c"])
def test_the_pages_are_accessible(browser, site, axe, slug, width, theme):
    where = publish(site, slug)
    page = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=theme).new_page()
    page.goto(where.join_url())
    check(page, axe, width)
    join(page, where.join_url())
    check(page, axe, width)
    if slug == "c":
        field(page).fill("boat, gulls,")
        check(page, axe, width)
    page.context.close()
