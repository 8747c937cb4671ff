"""Tables as people save them."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhima.engine.files import read_table

ROWS = "name,amount\nZürich,12\nOrléans,13\n"


@pytest.mark.parametrize("name", ["t.csv", "t.CSV", "t.tsv", "t.txt"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_separators_and_encodings(tmp_path: Path, name: str, separator: str, encoding: str) -> None:
    path = tmp_path / name
    path.write_text(ROWS.replace(",", separator), encoding=encoding)
    assert read_table(path).to_pydict() == {"name": ["Zürich", "Orléans"], "amount": [12, 13]}
