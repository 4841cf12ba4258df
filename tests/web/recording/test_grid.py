"""Decisions of many councils are recorded on one page: typed or pasted, seen, saved together."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from models import DocumentKind, Level, Outcome, Role
from tests.honest import PDF
from tests.web.recording.test_recording import (
    FAXE,
    GREVE,
    LOLLAND,
    PAGE,
    SignedIn,
    browser,
    case,
    everything,
    known,
    record,
)
from udmelding.casework.wiring import Services

__all__ = ["browser", "case"]
GRID = f"{PAGE}/beslutninger"
PASTED = """Kommune\tUdfald\tDato\tLink
Greve\tgodkendt\t10/4-2025\thttps://greve.example/12
Køge\tgodkendt m. bemærkninger\t10. april
Lolland Kommune\tok\t14.4.25
Lejre\tgodkendt\t10/4-2024
Atlantis\tgodkendt\t10/4-2025"""


def opened(browser: Any, address: str = GRID) -> dict[str, Any]:
    """The fields of the page as a browser would send them."""
    page = browser.get(address).text
    form = page[page.index("data-grid") : page.index("own-savebar")]
    fields: dict[str, Any] = {"party": re.findall(r'name="party" value="([^"]+)"', form)}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "party" and 'type="file"' not in tag:
            is_off = 'type="checkbox"' in tag and "checked" not in tag
            fields |= {} if is_off else {name[1]: unescape(value[1]) if value else ""}
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)"\s+selected', options)
        fields[name] = chosen[1] if chosen else ""
    box = re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.S)
    return fields | {"text": unescape(box[1]) if box else ""}


def press(browser: Any, fields: dict[str, Any], do: str, files: Any = None, **more: str) -> str:
    """Where pressing a button leads."""
    answer = browser.client.post(GRID, data={**fields, **more, "do": do}, files=files)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("#")[0]


def words(browser: Any, address: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.get(address).text)).split())


def test_five_pasted_lines_fill_the_grid_and_the_doubtful_one_is_held_alone(
    browser: Any, case: Services
) -> None:
    before = everything(case)
    there = press(browser, opened(browser), "laes", text=PASTED)
    page = words(browser, there)

    assert everything(case) == before, "nothing is recorded before it is saved"
    assert "4 linjer læst ind." in page
    assert "Atlantis godkendt 10/4-2025 : Linjen nævner ingen af sagens kommuner" in page
    assert "1 skal ses efter: Lejre" in page
    assert "Ret til 10/4-2025" in page
    assert "0 → 3 af 17 har besluttet." in page
    assert "Gem de 3, der er klar" in page


def test_the_likely_day_is_put_in_with_one_button_and_all_are_saved(
    browser: Any, case: Services
) -> None:
    read = press(browser, opened(browser), "laes", text=PASTED)
    right = press(browser, opened(browser, read), "ret-0350")
    assert "Gem 4 beslutninger" in words(browser, right)

    saved = press(browser, opened(browser, right), "gem")

    decided = {d.party: d for d in known(case).decisions if d.step == "councils"}
    assert len(decided) == 4
    assert decided["0350"].happened_to.isoformat() == "2025-04-10"
    assert decided["0259"].outcome is Outcome.APPROVED_WITH_REMARKS
    assert (decided[GREVE].is_proven, decided[LOLLAND].is_proven) == (True, False)
    page = words(browser, saved)
    assert "4 beslutninger er gemt: Greve, Køge, Lejre og Lolland." in page
    assert "0 → 4 af 17 har besluttet. 17 af 17 når fristen 31. maj." in page
    assert "Atlantis" in page, "the line that nobody understood is still there"


def test_the_good_rows_are_saved_and_the_others_stay(browser: Any, case: Services) -> None:
    read = press(browser, opened(browser), "laes", text=PASTED)
    saved = press(browser, opened(browser, read), "gem")
    assert {d.party for d in known(case).decisions if d.step == "councils"} == {
        GREVE,
        "0259",
        LOLLAND,
    }
    fields = opened(browser, saved)
    assert (fields["on-0350"], fields["outcome-0350"]) == ("10/4-2024", "approved")


def test_a_doubtful_day_that_is_right_is_saved_with_who_said_so(
    browser: Any, case: Services
) -> None:
    said = {f"outcome-{LOLLAND}": "approved", f"on-{LOLLAND}": "5/4-2025"}
    held = press(browser, opened(browser), "se", **said)
    assert "Det er rigtigt" in words(browser, held)
    fields = opened(browser, held) | {f"sure-{LOLLAND}": "1"}

    press(browser, fields, "gem")

    assert known(case).decisions[-1].party == LOLLAND
    assert "Datoen er bekræftet" in words(browser, f"/sager/{known(case).reference}/log")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"outcome": "approved", "on": "16/4-2025"}, "ligger efter i dag"),
        ({"outcome": "approved", "on": "aldrig"}, "kan ikke læses"),
        ({"outcome": "approved", "on": ""}, "Skriv datoen"),
        ({"outcome": "", "on": "10/4-2025"}, "Vælg, hvad der blev besluttet"),
        ({"outcome": "approved", "on": "10/4", "evidence": "javascript:x"}, "https://"),
    ],
)
def test_what_cannot_be_is_never_saved(
    browser: Any, case: Services, said: dict[str, str], told: str
) -> None:
    before = everything(case)
    fields = opened(browser) | {f"{name}-{LOLLAND}": text for name, text in said.items()}
    there = press(browser, fields, "gem")
    assert told in words(browser, there)
    assert everything(case) == before


def test_what_was_just_saved_can_be_taken_back_at_once(browser: Any, case: Services) -> None:
    said = {f"outcome-{LOLLAND}": "approved", f"on-{LOLLAND}": "10/4-2025"}
    saved = press(browser, opened(browser) | said, "gem")
    count = len(known(case).decisions)
    gemt = re.search(r'name="gemt" value="([0-9a-f]+)"', browser.get(saved).text)
    assert gemt
    data = {"csrf": browser.csrf(), "gemt": gemt[1]}

    assert browser.client.post(f"{GRID}/fortryd", data=data).status_code == 303

    assert len(known(case).decisions) == count - 1
    assert browser.client.post(f"{GRID}/fortryd", data=data).status_code == 404, "only once"


def test_minutes_that_are_sent_along_become_a_document(browser: Any, case: Services) -> None:
    said = {f"outcome-{LOLLAND}": "approved", f"on-{LOLLAND}": "10/4-2025"}
    files = {f"file-{LOLLAND}": ("referat.pdf", PDF, "application/pdf")}
    seen = press(browser, opened(browser) | said, "se", files)
    press(browser, opened(browser, seen), "gem")
    document = known(case).documents[-1]
    assert (document.document_kind, document.title) == (
        DocumentKind.MINUTES,
        "Referat: Lolland, 10. april 2025",
    )
    assert known(case).decisions[-1].evidence == "referat.pdf"
    assert known(case).decisions[-1].is_proven


def test_what_a_colleague_recorded_meanwhile_is_shown_and_asked_about(
    browser: Any, case: Services, signed_in: SignedIn
) -> None:
    fields = opened(browser) | {"opened": "2025-04-14T08:00:00+02:00"}
    said = {"step": "councils", "level": Level.COUNCIL, "outcome": Outcome.APPROVED}
    record(case, "decision", "2025-04-14", party=FAXE, on="2025-04-14", **said)
    typed = {f"outcome-{FAXE}": "rejected", f"on-{FAXE}": "14/4-2025"}

    there = press(browser, {**fields, **typed, "party": [*fields["party"], FAXE]}, "gem")

    assert "test registrerede kl. 12.00: Faxe (kommunalbestyrelse)" in words(browser, there)
    assert known(case).decisions[-1].outcome is Outcome.APPROVED


def test_evidence_that_was_seen_is_said_as_on_the_list_of_municipalities(
    browser: Any, case: Services
) -> None:
    said = {"step": "councils", "level": Level.COUNCIL, "outcome": Outcome.APPROVED}
    record(case, "decision", "2025-04-14", party=FAXE, on="2025-04-14", is_proven=True, **said)
    record(case, "decision", "2025-04-14", party=GREVE, on="2025-04-14", **said)

    page = words(browser, GRID)

    assert "Faxe ✓ Godkendt 14/4-2025 Kommunalbestyrelse set Ret" in page
    assert "Greve ✓ Godkendt 14/4-2025 Kommunalbestyrelse ikke set Ret" in page


def test_a_reader_may_not_open_the_grid(case: Services, signed_in: SignedIn) -> None:
    assert signed_in(Role.READER).get(GRID).status_code == 403
