"""Pictures from outside the study: known by what they show, at any size, and by nothing else."""

import hashlib
import io

import pytest
from PIL import Image

from examples.drawn_scenes.answering import Respondent
from examples.drawn_scenes.looking import PICTURES, SEEN, look
from examples.drawn_scenes.participants import SimulatedParticipant
from examples.drawn_scenes.world import UnknownPictureError, World

SATISFACTION = {"id": "satisfaction", "kind": "rating", "text": "How close?", "scale": {"min": 1, "max": 10}}
CHOICE = {
    "id": "adjectives", "kind": "choice", "text": "Which?", "min": 1, "max": 3,
    "options": [{"id": "calm", "text": "Calm"}, {"id": "lively", "text": "Lively"}],
}  # fmt: skip


def file(name, size=(592, 444)):
    out = io.BytesIO()
    Image.open(PICTURES / f"{name}.webp").convert("RGB").resize(size).save(out, "WEBP", quality=80)
    return out.getvalue()


def world():
    return World({}, {})


def careful(there, care="attentive"):
    people = (SimulatedParticipant(seed, there) for seed in range(400))
    return [person for person in people if (person.care == "attentive") == (care == "attentive")]


def test_every_shipped_picture_is_known_at_another_size_and_no_other_is():
    assert sorted(SEEN) == sorted(path.stem for path in PICTURES.glob("*.webp"))
    for name in SEEN:
        found = look(file(name))
        assert found is not None
        assert found.look == name
    grey = io.BytesIO()
    Image.new("RGB", (60, 48), (128, 128, 128)).save(grey, "PNG")
    assert look(grey.getvalue()) is None
    assert look(b"no picture") is None


def test_what_is_no_picture_of_the_world_stays_unknown():
    there = world()
    with pytest.raises(UnknownPictureError):
        there.sight(there.see(b"no picture"))


@pytest.mark.parametrize(("left", "right", "low", "high"), [("dog", "dog", 9, 10), ("tent", "oranges", 1, 2)])
def test_who_looks_tells_one_picture_twice_from_two_unrelated_ones(left, right, low, high):
    there = world()
    pictures = (there.see(file(left)), there.see(file(right)))
    assert {low <= Respondent(p, pictures).answer(SATISFACTION, {}) <= high for p in careful(there)} == {True}
    others = [Respondent(p, pictures).answer(SATISFACTION, {}) for p in careful(there, "not")]
    assert not all(low <= value <= high for value in others)


def test_instructions_and_feedback_are_followed_by_those_who_read():
    there = world()
    pictures = (there.see(file("crab")), there.see(file("windmill")))
    words = "Are you still reading? Please choose 2 this time, whatever the pictures show."
    assert {Respondent(p, pictures, words).answer(SATISFACTION, {}) for p in careful(there)} == {2}
    others = {Respondent(p, pictures, words).answer(SATISFACTION, {}) for p in careful(there, "not")}
    assert len(others) > 1
    words = "Are you still reading? Please choose “Lively” and nothing else this time."
    assert all(Respondent(p, pictures[1:], words).answer(CHOICE, {}) == ["lively"] for p in careful(there))


def test_what_is_shown_again_is_judged_anew_and_the_same_in_another_run():
    there = world()
    pictures = (there.see(file("dog")), there.see(file("cottage")))
    twice = [[Respondent(p, pictures, time=n).answer(SATISFACTION, {}) for n in (1, 2, 2)] for p in careful(there)]
    assert all(second == third for _, second, third in twice)
    assert 0 < sum(first == second for first, second, _ in twice) < len(twice)


def test_a_picture_is_known_by_the_bytes_that_came():
    there, data = world(), file("dog")
    assert there.see(data) == hashlib.sha256(data).hexdigest() in there.sights
