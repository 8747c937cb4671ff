"""Every complaint about a hand-written file names its line."""

from pathlib import Path

import pydantic
import pytest

from zhima.engine.documents import read_document, validated
from zhima.engine.kinds import ZhimaError


class Band(pydantic.BaseModel):
    low: int
    high: int

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> "Band":
        if self.low >= self.high:
            raise ValueError(f"low {self.low} is not below high {self.high}")
        return self


class Bands(pydantic.BaseModel):
    bands: list[Band]


def written(folder: Path, text: str) -> Path:
    path = folder / "bands.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_of_nested_values(tmp_path: Path) -> None:
    data, line_of = read_document(written(tmp_path, "# why\na:\n  - x: 1\n    y: 2\nb: 3\n"))
    assert data == {"a": [{"x": 1, "y": 2}], "b": 3}
    assert line_of(("a", 0, "y")) == 4
    assert line_of(("b",)) == 5
    assert line_of(("a", 0, "missing")) == 3


def test_every_complaint_of_the_model_has_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "bands:\n  - {low: 1, high: 2}\n  - low: 9\n    high: 3\n  - low: x\n")
    with pytest.raises(ZhimaError) as caught:
        validated(Bands, path)
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{path}:3: low 9 is not below high 3"
    assert lines[1].startswith(f"{path}:5: bands.2.")


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\na: 2\n", 2, "duplicate key"),
        ("a: [1\nb: 2\n", 2, "expected"),
        ("", 1, "empty"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
    ],
)
def test_what_is_no_document(tmp_path: Path, text: str, line: int, word: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ZhimaError, match=word) as caught:
        read_document(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ZhimaError, match=r"cannot read .*nowhere\.yaml"):
        read_document(tmp_path / "nowhere.yaml")
