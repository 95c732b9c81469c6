"""The page a rating is given on: what must be in view, of which size and colour, and when."""

from __future__ import annotations

import io
import threading
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from surveys.models import Answer
from tests.browser import participant

pytestmark = pytest.mark.browser
SIZES = [(1280, 720), (375, 667)]
IN_VIEW = ["#question", "#pair .box >> nth=0", "#pair .box >> nth=1", ".scale-row", ".anchors"]


@pytest.fixture
def opened(page, site):
    participant.join(page, site.join_url())
    return page


def resize(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(100)


@pytest.mark.parametrize("size", SIZES)
def test_question_pictures_and_scale_are_in_view_together_without_scrolling(opened, size):
    resize(opened, *size)
    for number in range(1, 6):  # the five shapes of pictures
        participant.at_item(opened, number)
        assert opened.evaluate("[scrollX, scrollY, document.documentElement.scrollWidth]") == [0, 0, size[0]]
        for selector in IN_VIEW:
            box = opened.locator(selector).bounding_box()
            assert box["width"] > 0
            assert box["height"] > 0
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= size[1], selector
        participant.choose(opened, 5)
        opened.locator("#next").click()


@pytest.mark.parametrize("size", SIZES)
def test_both_pictures_are_whole_and_at_the_same_scale(opened, size):
    resize(opened, *size)
    for number in range(1, 4):
        participant.at_item(opened, number)
        measured = opened.evaluate(
            """[...document.querySelectorAll('.box img')].map((image) => {
                 const [shown, box] = [image.getBoundingClientRect(), image.parentElement.getBoundingClientRect()];
                 return {scale: shown.width / image.naturalWidth, other: shown.height / image.naturalHeight,
                         inside: shown.top >= box.top && shown.bottom <= box.bottom + 0.5 &&
                                 shown.left >= box.left && shown.right <= box.right + 0.5};
               })"""
        )
        scales = [one[name] for one in measured for name in ("scale", "other")]
        assert all(one["inside"] for one in measured)
        assert max(scales) <= 1
        assert max(scales) - min(scales) < 0.006
        participant.choose(opened, 5)
        opened.locator("#next").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_surround_is_the_same_grey_in_both_themes_with_black_labels(opened, theme):
    opened.emulate_media(color_scheme=theme)
    style = opened.locator("#pair").evaluate("pair => getComputedStyle(pair).backgroundColor")
    label = opened.locator("#pair figcaption").first.evaluate("label => getComputedStyle(label).color")
    assert (style, label) == ("rgb(118, 118, 118)", "rgb(0, 0, 0)")
    box = opened.locator("#pair").bounding_box()
    shot = Image.open(io.BytesIO(opened.screenshot())).convert("RGB")
    assert shot.getpixel((round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2))) == (118,) * 3


def test_the_original_is_named_and_nothing_is_chosen_beforehand(opened):
    labels = opened.locator("#pair figcaption").all_inner_texts()
    assert sorted(labels) == ["Original", "Other picture"]
    assert opened.locator("#scale input:checked").count() == 0
    expect(opened.locator("#next")).to_be_disabled()


def test_left_stays_left_in_a_language_written_from_right_to_left(opened):
    before = [box.bounding_box()["x"] for box in opened.locator("#pair .box").all()]
    opened.evaluate("document.documentElement.dir = 'rtl'")
    assert [box.bounding_box()["x"] for box in opened.locator("#pair .box").all()] == before
    assert before[0] < before[1]


def test_the_scale_is_a_radio_group_whose_ends_say_what_they_mean(opened):
    group = opened.get_by_role("group", name="How close are these two pictures in feeling or meaning?")
    expect(group.get_by_role("radio")).to_have_count(10)
    expect(group.get_by_role("radio", name="1, totally dissimilar")).to_have_count(1)
    expect(group.get_by_role("radio", name="10, identical")).to_have_count(1)


def test_targets_are_large_enough_for_a_thumb(opened):
    resize(opened, 375, 667)
    participant.choose(opened, 3)
    opened.locator("#next").click()
    participant.at_item(opened, 2)
    for one in opened.locator("#scale input").all():
        box = one.bounding_box()
        assert box["width"] >= 30
        assert box["height"] >= 44
    for one in opened.locator("button:visible, a.plain:visible").all():
        assert one.bounding_box()["height"] >= 44


@pytest.mark.parametrize("width", [320, 375, 768])
def test_text_of_double_size_needs_no_sideways_scrolling(opened, width):
    resize(opened, width, 667)
    opened.evaluate("document.documentElement.style.fontSize = '200%'")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_no_rating_is_possible_before_both_pictures_are_painted(page, site):
    held, free = [], threading.Event()

    def hold(route):
        route.continue_() if free.is_set() else held.append(route)

    page.route("**/pictures/**", hold)
    page.goto(site.join_url())
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#saved")).to_have_text("Getting the pictures…")
    expect(page.locator("#scale input").first).to_be_disabled()
    page.wait_for_timeout(300)
    held.pop().continue_()  # one of the two is not enough
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    expect(page.locator("#scale input").first).to_be_disabled()
    assert page.locator("#scale input:checked").count() == 0
    free.set()
    held.pop().continue_()
    participant.wait_for_pictures(page)
    assert not Answer.objects.exists()
    participant.choose(page, 5)


def test_a_picture_that_fails_is_fetched_again(page, site):
    failures = []

    def fail_twice(route):
        failures.append(route.request.url)
        route.abort() if len(failures) <= 2 else route.continue_()

    page.route("**/pictures/**", fail_twice)
    participant.join(page, site.join_url())
    assert len(failures) >= 4


def test_a_picture_that_never_comes_is_said_in_words_and_can_be_tried_again(page, site):
    page.route("**/pictures/**", lambda route: route.fulfill(status=500))
    page.goto(site.join_url())
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("A picture did not arrive", timeout=20_000)
    expect(page.locator("#scale input").first).to_be_disabled()
    page.unroute("**/pictures/**")
    page.get_by_role("button", name="Try again").click()
    participant.wait_for_pictures(page)


def test_a_picture_that_never_comes_can_be_skipped_and_rated_when_it_comes_later(page, site):
    broken = True
    page.route("**/pictures/**", lambda route: route.fulfill(status=500) if broken else route.continue_())
    page.goto(site.join_url())
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start").click()
    skip = page.get_by_role("button", name="Skip this pair")
    expect(skip).to_be_visible(timeout=20_000)
    page.keyboard.press("5")
    page.keyboard.press("Enter")  # on "Try again", which has the focus
    expect(skip).to_be_visible(timeout=20_000)
    assert not Answer.objects.exists()
    broken = False
    skip.click()
    participant.at_item(page, 2)
    participant.choose(page, 7)
    skipped = Answer.objects.get(item__position=1)
    assert (skipped.value, skipped.skipped, skipped.reason, skipped.display) == (None, True, "picture", {})
    page.locator("#back").click()
    participant.at_item(page, 1)
    expect(page.locator("#next")).to_be_enabled()
    participant.choose(page, 4)
    assert site.values() == [4, 7]


def test_a_last_picture_that_never_comes_is_skipped_and_the_survey_ends(page, site):
    participant.join(page, site.join_url())
    last = site.survey.places.get(assignments__isnull=False).items.order_by("position").last()
    for side in (last.stimulus.rendition, last.stimulus.original_rendition):
        page.route(f"**/pictures/{side.sha256}.webp", lambda route: route.fulfill(status=500))
    participant.rate_all(page, [5] * 8)
    page.get_by_role("button", name="Skip this pair").click(timeout=20_000)
    participant.receipt_code(page)
    assert site.values() == [5] * 8 + [None]


def test_what_upsets_is_hidden_at_once_skipped_after_one_question_and_stays_hidden(opened, site, axe):
    upset = opened.get_by_role("button", name="These pictures upset me")
    upset.click()
    expect(opened.locator(".box img").first).to_be_hidden()
    axe(opened)
    opened.get_by_role("button", name="Back to the pictures").click()
    expect(opened.locator(".box img").first).to_be_visible()
    assert not Answer.objects.exists()
    upset.focus()
    opened.keyboard.press("Enter")
    opened.keyboard.press("Enter")
    participant.at_item(opened, 2)
    participant.choose(opened, 6)
    assert list(Answer.objects.order_by("item__position").values_list("reason", flat=True)) == ["upset", ""]
    opened.reload()
    participant.at_item(opened, 3)
    opened.locator("#back").click()
    participant.at_item(opened, 2)
    opened.locator("#back").click()
    expect(opened.get_by_text("You skipped this one. That is fine.")).to_be_visible()
    expect(opened.locator(".box img")).to_have_count(0)
    axe(opened)
    opened.keyboard.press("5")
    opened.keyboard.press("Enter")
    participant.at_item(opened, 2)
    opened.locator("#back").click()
    opened.get_by_role("button", name="Show it after all").click()
    participant.at_item(opened, 1)
    participant.choose(opened, 3)
    assert site.values() == [3, 6]


def test_the_next_pair_is_fetched_while_this_one_is_looked_at(opened, site):
    opened.wait_for_load_state("networkidle")
    asked = []
    opened.on("request", lambda request: asked.append(request.url) if "/pictures/" in request.url else None)
    participant.choose(opened, 5)
    opened.locator("#next").click()
    participant.at_item(opened, 2)
    shown = opened.evaluate("[...document.querySelectorAll('.box img')].map((image) => image.src)")
    assert not set(asked) & set(shown)


def test_the_page_talks_to_its_own_server_only_and_breaks_no_rule_of_its_own(page, site):
    hosts, complaints = set(), []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    participant.join(page, site.join_url())
    participant.rate_all(page, [5] * 9)
    participant.receipt_code(page)
    assert hosts - {""} == {urlsplit(site.url).netloc}
    assert complaints == []


def test_the_keys_are_listed_under_the_question_mark(opened):
    opened.keyboard.press("?")
    dialog = opened.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    opened.keyboard.press("5")
    assert opened.locator("#scale input:checked").count() == 0
    opened.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_going_on_moves_the_focus_to_the_question_and_says_which_pair_it_is(opened):
    participant.choose(opened, 5)
    opened.keyboard.press("Enter")
    participant.at_item(opened, 2)
    expect(opened.locator("#question")).to_be_focused()
    expect(opened.locator("#announce")).to_have_text("Pair 2 of 9.")


def test_minutes_left_are_told_and_the_last_pair_is_named(opened):
    expect(opened.locator("#minutes")).to_have_text("about 2 minutes left")
    for number in range(1, 9):
        participant.at_item(opened, number)
        participant.choose(opened, 5)
        opened.locator("#next").click()
    participant.at_item(opened, 9)
    expect(opened.locator("#minutes")).to_have_text("last pair")
    expect(opened.locator("#next")).to_have_text("Finish")
