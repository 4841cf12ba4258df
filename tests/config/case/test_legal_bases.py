"""What is wrong with a file of legal bases is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from udmelding.config.case.legal_bases import load_legal_bases
from udmelding.errors import BadFileError

KLE = 'kle: {groups: [], across: "00.01.10"}\n'


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("{kind: first, text: x, for: [both], source: s}", "legal_bases"),
        ("{kind: first, text: x, for: [], source: s}", "for"),
        ("{kind: second, text: x, for: [adults], source: s}", "kind"),
        ("{kind: first, text: '', for: [adults], source: s}", "text"),
        ("{kind: first, text: x, for: [adults]}", "source"),
        (
            "{kind: first, text: x, for: [adults], source: s, from: 2024-01-01, until: 2023-01-01}",
            "legal_bases",
        ),
    ],
)
def test_a_flawed_row_is_told_with_its_line_and_key(tmp_path: Path, row: str, key: str) -> None:
    path = tmp_path / "legal_bases.yaml"
    path.write_text(f"legal_bases:\n  - {row}\n{KLE}", encoding="utf-8")
    with pytest.raises(BadFileError) as refused:
        load_legal_bases(path)
    (flaw,) = refused.value.flaws
    assert flaw.where == "legal_bases.yaml:2"
    assert key in flaw.key
