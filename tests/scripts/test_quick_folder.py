import pytest

from scripts import quick_folder


@pytest.fixture(autouse=True)
def nowhere_else(monkeypatch, tmp_path):
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(quick_folder, "LEAST_BYTES", 1)


def test_a_folder_with_room_is_used(tmp_path):
    assert quick_folder.quick_folder(tmp_path) == tmp_path


def test_without_room_or_where_there_is_none_the_usual_one_is(monkeypatch, tmp_path):
    assert quick_folder.quick_folder(tmp_path / "missing") is None
    monkeypatch.setattr(quick_folder, "LEAST_BYTES", 1 << 62)
    assert quick_folder.quick_folder(tmp_path) is None


def test_a_tmpdir_of_the_callers_own_is_respected(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert quick_folder.quick_folder(tmp_path) is None
