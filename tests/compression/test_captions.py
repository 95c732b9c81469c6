"""Captions that people wrote."""

from pathlib import Path

import pytest

from compression.captioners.human import HumanCaptioner, HumanSettings
from compression.errors import StudyError
from compression.files import Files
from compression.types import Caption, Original
from tests.compression import worlds


def read(tmp_path: Path, data: bytes | None, *, optional: bool = False) -> dict[str, str]:
    if data is not None:
        (tmp_path / "c.csv").write_bytes(data)
    captioner = HumanCaptioner(HumanSettings(file="c.csv", optional=optional), Files(tmp_path))
    return {slug: caption.text for slug, caption in captioner.captions(["a", "b"]).items()}


def test_captions_are_composed_and_stripped_before_they_are_counted() -> None:
    caption = Caption("a", "  cafe\u0301 \n")
    assert caption.text == "caf\u00e9"
    assert caption.size_bytes == 5


def test_commas_quotes_and_lines_stay_in_a_caption(tmp_path: Path) -> None:
    data = 'original,caption\r\na,"A cat, a ""big"" one\non a mat"\r\nb, two dogs \r\n\r\n'
    assert read(tmp_path, data.encode()) == {"a": 'A cat, a "big" one\non a mat', "b": "two dogs"}


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbforiginal,caption\na,x\n") == {"a": "x"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"original,caption\na,x\na,y\n", '"a" stands on line 2 already: keep one of them'),
        (b"original,caption\nzebra,x\n", 'there is no original "zebra": correct the slug or drop the line'),
        (b"original,caption\na,   \n", 'the caption of "a" is empty: write it or drop the line'),
        (
            b"original,caption\na," + b"x" * 2001 + b"\n",
            'the caption of "a" has 2001 bytes, more than 2000: shorten it',
        ),
        (b"original,caption\na,caf\xe9\n", "c.csv: line 2: is not UTF-8: save the file with the encoding UTF-8"),
        (b"original,caption\na,one, two\n", 'c.csv: line 2: has 3 values: put the caption in "quotes"'),
        (b"original;caption\na;x\n", "c.csv: line 1: the header is not original,caption"),
        (b"", "c.csv: line 1: the header is not original,caption"),
        (b'original,caption\na,"open\n', "is no CSV"),
        (None, "c.csv: is missing: put the file there, or set optional = true"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_remedy(tmp_path: Path, data: bytes | None, said: str) -> None:
    with pytest.raises(StudyError) as caught:
        read(tmp_path, data)
    assert said in str(caught.value)


def test_all_wrong_lines_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        read(tmp_path, b"original,caption\nzebra,x\na,\nb,1\nb,2\n")
    assert [problem.key for problem in caught.value.problems] == ["line 2", "line 3", "line 5"]


def test_an_optional_file_may_be_absent_but_not_wrong(tmp_path: Path) -> None:
    assert read(tmp_path, None, optional=True) == {}
    with pytest.raises(StudyError):
        read(tmp_path, b"original,caption\nzebra,x\n", optional=True)


def test_one_original_can_be_asked_for(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(b"original,caption\na,x\n")
    captioner = HumanCaptioner(HumanSettings(file="c.csv", optional=True), Files(tmp_path))
    assert captioner.caption(Original("a", "c", None, "", 0)) == Caption("a", "x")
    assert captioner.caption(Original("b", "c", None, "", 0)) is None
    (tmp_path / "c.csv").unlink()
    assert captioner.caption(Original("a", "c", None, "", 0)) is None


def test_an_optional_file_may_lack_a_line(tmp_path: Path) -> None:
    assert read(tmp_path, b"original,caption\nb,x\n", optional=True) == {"b": "x"}


def test_an_original_without_a_caption_is_an_error_unless_captions_are_optional(tmp_path: Path) -> None:
    worlds.write_files(tmp_path / "study")
    (tmp_path / "study" / "captions.csv").write_text("original,caption\npicture_0,x\n")
    with pytest.raises(StudyError, match="there is no caption for picture_1: add its line"):
        worlds.plan(tmp_path / "study", worlds.tables())
    recorded = worlds.plan(tmp_path / "study", worlds.tables(missing_files="record"))
    assert recorded.missing_captions == {("words", "picture_1"): "there is no caption for picture_1"}
    optional = worlds.WORDS | {"captioner": {"backend": "human", "file": "captions.csv", "optional": True}}
    plan = worlds.plan(tmp_path / "study", worlds.tables(methods=[optional]))
    assert list(plan.captions) == [("words", "picture_0")]
