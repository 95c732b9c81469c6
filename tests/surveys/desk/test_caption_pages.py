"""The pages where captions are written: who may, what they show, and what their buttons keep."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image

from surveys.models import Caption, Study
from surveys.services import stimuli, studies
from tests.surveys import factories, study_files
from tests.surveys.desk.test_pages import text_of

ON_PAGE = study_files.TEXT.replace('file = "captions.csv"', "page = true")
LIST = "/desk/small/captions/"
ONE = "/desk/small/captions/words/one/"
TWO = "/desk/small/captions/words/two/"


@pytest.fixture
def small(tmp_path: Path, ada: User) -> Study:
    return studies.load(path=study_files.write(tmp_path / "files", ON_PAGE), owner=ada).study


def save(client: Client, address: str = ONE, **fields: Any) -> Any:
    return client.post(address, {"how": "free", "text": "a boat", "then": "stay"} | fields)


def newest() -> Caption:
    return Caption.objects.latest("pk")


def test_the_list_says_what_is_written_and_what_is_lacking(desk: Client, small: Study):
    assert "Write the next of 2" in text_of(desk, LIST)
    save(desk)
    page = text_of(desk, LIST)
    assert "Write the last one" in page
    assert "a boat words" not in page
    assert "6 B 1 written writer 1" in page
    assert "one" not in text_of(desk, f"{LIST}?only=lacking").split("Written")[1]
    save(desk, TWO)
    assert "Every picture has its words." in text_of(desk, LIST)


def test_the_page_shows_picture_guide_and_words(desk: Client, small: Study):
    save(desk, how="elements", a="A red boat", f="at dawn")
    page = desk.get(ONE).content.decode()
    assert 'src="/desk/small/originals/one.webp"' in page
    assert 'value="A red boat"' in page
    assert 'value="elements" checked' in page
    text = text_of(desk, ONE)
    assert "f · Time" in text
    assert "A red boat at dawn" in text
    assert "18 B, writer 1" in text


def test_the_picture_is_there_before_any_rendition(desk: Client, small: Study):
    reply = desk.get("/desk/small/originals/one.webp")
    assert reply.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(reply.content)).size == (96, 72)


def test_a_picture_without_a_file_is_not_found(desk: Client, small: Study):
    Path(small.files_root, "originals", "one.png").unlink()
    assert desk.get("/desk/small/originals/one.webp").status_code == 404
    assert desk.get("/desk/small/originals/three.webp").status_code == 404


def test_saving_leads_to_the_next_picture_without_words_and_says_what_was_saved(desk: Client, small: Study):
    reply = save(desk, then="next")
    assert reply.headers["Location"] == TWO
    assert "Saved: “a boat”" in text_of(desk, TWO)
    assert save(desk, TWO, then="next").headers["Location"] == f"{TWO}?caption=1"


def test_a_new_version_and_another_caption_and_a_choice(desk: Client, small: Study):
    save(desk)
    first = newest()
    save(desk, text="a red boat", candidate=1, base=first.pk)
    save(desk, text="a ship")
    page = text_of(desk, ONE)
    assert "Caption 1 counts 10 B" in page
    assert "One earlier version a boat" in page
    desk.post(ONE, {"choose": newest().pk})
    assert "Caption 2 counts 6 B" in text_of(desk, ONE)
    assert Caption.objects.get(current=True).text == "a ship"


def test_an_earlier_version_can_be_taken_into_the_form(desk: Client, small: Study):
    save(desk)
    first = newest()
    save(desk, text="a red boat", candidate=1, base=first.pk)
    page = desk.get(f"{ONE}?caption=1&version={first.pk}").content.decode()
    assert ">a boat</textarea>" in page
    assert f'name="base" value="{newest().pk}"' in page
    assert '<textarea name="text" id="text" rows="5"></textarea>' in desk.get(f"{ONE}?caption=new").content.decode()


def test_words_of_two_people_at_once_are_both_kept_in_view(desk: Client, small: Study):
    save(desk)
    first = newest()
    save(desk, text="a red boat", candidate=1, base=first.pk)
    reply = save(desk, text="a <b>blue</b> boat", candidate=1, base=first.pk)
    assert reply.status_code == 409
    page = reply.content.decode()
    assert "a &lt;b&gt;blue&lt;/b&gt; boat</textarea>" in page
    assert "a red boat" in page
    assert f'name="base" value="{newest().pk}"' in page


@pytest.mark.parametrize("sent", [{}, {"text": " "}, {"how": "elements", "text": "x"}, {"text": "x" * 2001}])
def test_what_can_not_be_kept_stays_in_the_form(desk: Client, small: Study, sent: dict[str, str]):
    reply = desk.post(ONE, sent)
    assert reply.status_code == 400
    assert 'role="alert"' in reply.content.decode()
    assert sent.get("text", "").strip() in reply.content.decode()


@pytest.mark.parametrize("number", ["x", "-1", "²", "99999999999999999999", "12345"])
def test_a_made_up_choice_changes_nothing(desk: Client, small: Study, number: str):
    save(desk)
    assert desk.post(ONE, {"choose": number}).status_code in (400, 404)
    assert Caption.objects.count() == 1


def test_every_version_comes_as_a_table_without_names(desk: Client, small: Study):
    save(desk, text="=SUM(A1)")
    save(desk, TWO, how="elements", a="A red boat")
    reply = desk.get("/desk/small/captions.csv")
    assert 'filename="small-captions.csv"' in reply.headers["Content-Disposition"]
    text = reply.content.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["original"], row["caption"], row["a"], row["writer"]) for row in rows] == [
        ("one", "'=SUM(A1)", "", "1"),
        ("two", "A red boat", "A red boat", "1"),
    ]
    assert "ada" not in text


def test_a_published_study_shows_its_captions_and_takes_none(desk: Client, small: Study):
    save(desk)
    with ThreadPoolExecutor(1) as executor:
        list(stimuli.generate(study=small, executor=executor))
    factories.publish(small)
    assert "its captions are fixed" in text_of(desk, ONE)
    assert "<textarea" not in desk.get(ONE).content.decode()
    assert save(desk, text="a ship").status_code == 409
    assert Caption.objects.count() == 1


def test_a_superuser_may_write_and_another_member_of_staff_may_not(client: Client, small: Study):
    client.force_login(factories.make_user("root", is_superuser=True))
    assert save(client).status_code == 302
    assert f'<a href="{LIST}">A small study</a>' in client.get("/desk/").content.decode()
    page = client.get(ONE).content.decode()
    assert "/desk/small/plan/" not in page
    assert "/desk/small/contact-sheet/" not in page
    client.force_login(factories.make_user("bob"))
    for address in (LIST, ONE, "/desk/small/captions.csv", "/desk/small/originals/one.webp"):
        assert client.get(address).status_code == 404
    assert save(client, text="a ship").status_code == 404
    assert Caption.objects.count() == 1


@pytest.mark.parametrize("address", [LIST, ONE, "/desk/small/captions.csv", "/desk/small/originals/one.webp"])
def test_whoever_is_not_logged_in_is_led_to_the_login(client: Client, small: Study, address: str):
    assert client.get(address).headers["Location"] == f"/login/?next={address}"


@pytest.mark.parametrize("where", ["jpeg/one", "nothing/one", "words/nothing"])
def test_pages_of_what_is_not_there_are_not_found(desk: Client, small: Study, where: str):
    assert desk.get(f"/desk/small/captions/{where}/").status_code == 404


def test_a_study_whose_words_come_from_files_says_how_to_write_them_here(desk: Client, study: Study):
    assert "page = true" in text_of(desk, "/desk/tiny/captions/")
    assert "Captions" not in text_of(desk, "/desk/tiny/stimuli/").split("Pages about stimuli")[0]
