"""Mail texts from the command line: list, check, copy, show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Udmelding = Callable[..., Any]
REF = "CU-EN-2024"


def test_a_text_is_copied_edited_checked_taken_in_and_listed(
    udmelding: Udmelding, tmp_path: Path
) -> None:
    udmelding("init")
    assert udmelding("mail-texts", "check").out == "Der er ingen fejl i de egne tekster.\n"
    folder = tmp_path / "egne"
    copied = udmelding("mail-texts", "copy", "thanks", str(folder)).out.split()
    subject, body = (Path(line) for line in copied)
    assert body == folder / "mail" / "thanks" / "body.md"
    assert subject.is_file()

    good = body.read_text(encoding="utf-8")
    body.write_text(good + "\n\nHej {{ navn }}\n", encoding="utf-8")
    line = len(body.read_text(encoding="utf-8").splitlines())
    flawed = udmelding("mail-texts", "check", str(folder))

    assert flawed.code == 1
    assert f"«thanks/body.md», linje {line}: Navnet «navn» findes ikke" in flawed.out
    assert udmelding("mail-texts", "check", str(folder), "--json").json[0] == {
        "file": "thanks/body.md",
        "line": line,
        "problem": flawed.out.splitlines()[0].partition(": ")[2],
        "is_warning": False,
    }
    refused = udmelding("own", "import", str(folder), "--yes")
    assert refused.code == 1
    assert "Intet er gemt." in refused.err
    body.write_text(good.replace("Tak", "Mange tak", 1), encoding="utf-8")
    assert "Det er gemt" in udmelding("own", "import", str(folder), "--yes").out
    listed = {one["kind"]: one for one in udmelding("mail-texts", "list", "--json").json}
    assert listed["thanks"]["origin"] == "own"
    assert listed["invitation"] == {
        "kind": "invitation", "origin": "shipped", "own": [], "changed_at": None, "flaws": [],
        "warnings": [],
    }  # fmt: skip
    assert "egen" in udmelding("mail-texts", "list").out


def test_a_text_that_asks_for_a_reply_is_warned_of_and_used_all_the_same(
    udmelding: Udmelding, tmp_path: Path
) -> None:
    udmelding("init")
    folder = tmp_path / "egne"
    copied = udmelding("mail-texts", "copy", "reminder_overdue", str(folder)).out.split()
    body = Path(copied[1])
    before = body.read_text(encoding="utf-8")
    asks = "Send svaret som svar på denne mail"
    body.write_text(before.replace('{% include "_base/fill_in.md" +%}', asks))
    assert udmelding("own", "import", str(folder), "--yes").code == 0

    checked = udmelding("mail-texts", "check")

    assert checked.code == 0
    assert "Advarsel: «reminder_overdue/body.md», linje 21: Her bedes om svaret" in checked.out
    assert "Der er ingen fejl" in checked.out
    (told,) = udmelding("mail-texts", "check", "--json").json
    assert (told["line"], told["is_warning"]) == (21, True)
    listed = {one["kind"]: one for one in udmelding("mail-texts", "list", "--json").json}
    assert listed["reminder_overdue"]["origin"] == "own"
    said = " ".join(listed["reminder_overdue"]["warnings"])
    assert "Her bedes om svaret" in said
    assert "I har ingen postkasse, som programmet læser" in said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("copy", "takker", "egne"), "slags mail"),
        (("check", "/findes/ikke"), "/findes/ikke/mail"),
        (("show", "thanks", "--party", "0360"), "--case"),
        (("show", "thanks", "--case", "NEJ"), "sag"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    udmelding: Udmelding, words: tuple[str, ...], why: str
) -> None:
    refused = udmelding("mail-texts", *words)
    assert refused.code == 1
    assert why in refused.err


def test_an_own_text_is_never_copied_over(udmelding: Udmelding, tmp_path: Path) -> None:
    udmelding("mail-texts", "copy", "thanks", str(tmp_path))
    again = udmelding("mail-texts", "copy", "thanks", str(tmp_path))
    assert again.code == 1
    assert "allerede" in again.err


@pytest.mark.database
def test_a_mail_is_shown_with_a_case_and_a_party(udmelding: Udmelding, two_cases: Any) -> None:
    shown = udmelding(
        "mail-texts", "show", "invitation", "--case", REF, "--party", "0360", "--today", "1/8-2024"
    )
    assert shown.out.startswith(f"Emne: [{REF}] Vi beder om jeres svar senest ")
    assert "Lolland Kommune" in shown.out
    assert shown.err == ""
    made_up = udmelding("mail-texts", "show", "invitation", "--html")
    assert made_up.out.startswith("<!DOCTYPE html>")
    assert made_up.err == "Alle værdier er opdigtede.\n"
