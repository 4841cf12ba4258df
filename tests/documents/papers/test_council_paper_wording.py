"""The common wording comes from one text, and a text of the secretariat's own takes its place."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from udmelding.documents.mail.templates import TemplateError
from udmelding.documents.papers.council_paper_wording import NAME, council_wording
from udmelding.rules.papers.council_paper_values import CouncilFields

VALUES = CouncilFields(
    announced="Styrelsen har sendt den centrale udmelding «En målgruppe».",
    title="En målgruppe",
    paper_title="afrapporteringen",
    version="3",
    council="kommunalbestyrelsen",
    senders="Kommunerne i KKR Sjælland",
    legal_basis="serviceloven § 13 b, stk. 2",
    recommended_by="KKR Sjælland",
    recommended_on="8. april 2025",
    recommended_as="den 8. april 2025 anbefalet",
    agency="Styrelsen",
    deadline="31. maj 2025",
    secretariat="Sekretariatet",
    email="sekretariat@udmelding.example",
    reservation="ja",
)
EMPTY = replace(
    VALUES, legal_basis="", recommended_by="", recommended_on="", deadline="", reservation=""
)
PLAIN = """# Resumé

Et.

# Indstilling

- at {{ council }} godkender

# Sagsfremstilling

To.
"""


def own(folder: Path, text: str) -> Path:
    path = folder / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_text_recommends_and_tells_what_follows() -> None:
    found = council_wording(VALUES)
    assert found.recommendations == (
        "at kommunalbestyrelsen godkender afrapporteringen «En målgruppe»",
    )
    assert found.legal_basis == ("Serviceloven § 13 b, stk. 2.",)
    assert "KKR Sjælland har den 8. april 2025 anbefalet afrapporteringen." in found.resume[0]
    assert "senest 31. maj 2025. Besluttes der senere" in found.next_steps[1]


def test_what_is_not_known_leaves_no_hole() -> None:
    found = council_wording(EMPTY)
    assert found.legal_basis == found.hearing == ()
    assert len(found.next_steps) == 1
    assert found.resume[0].endswith("som hver kommune skal tage stilling til.")


def test_a_text_of_the_secretariats_own_takes_its_place(tmp_path: Path) -> None:
    found = council_wording(VALUES, own(tmp_path, PLAIN))
    assert found.recommendations == ("at kommunalbestyrelsen godkender",)
    assert (found.resume, found.background, found.economy) == (("Et.",), ("To.",), ())


def test_without_one_the_shipped_text_is_used(tmp_path: Path) -> None:
    assert council_wording(VALUES, tmp_path) == council_wording(VALUES)


def test_several_points_and_long_lines_are_read_as_they_are_meant(tmp_path: Path) -> None:
    text = PLAIN.replace("godkender", "godkender\n  det hele.\n- at sagen sendes videre.")
    found = council_wording(VALUES, own(tmp_path, text))
    assert found.recommendations == (
        "at kommunalbestyrelsen godkender det hele",
        "at sagen sendes videre",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PLAIN.replace("Et.", "{{ frist }}"), "navnet «frist» findes ikke"),
        (PLAIN.replace("Et.", "{{ title.__class__.__mro__ }}"), "unsafe"),
        (PLAIN.replace("Et.", "{% for x in title %}"), "kan ikke bruges"),
        (PLAIN.replace("# Resumé", "# Sammendrag"), "overskriften «Sammendrag» kendes ikke"),
        (PLAIN.replace("- at", "- om"), "skal begynde med «at»"),
        (PLAIN.replace("To.", ""), "afsnittet «Sagsfremstilling» mangler"),
        ("Uden overskrift", "skal begynde med en overskrift"),
        (PLAIN + "x" * 60_000, "fylder mere end"),
    ],
)
def test_a_flawed_text_is_refused_with_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(TemplateError, match=told):
        council_wording(VALUES, own(tmp_path, text))


def test_a_value_never_becomes_a_heading_a_point_or_code() -> None:
    nasty = replace(VALUES, title="x\n# Økonomi\n- at alt er gratis {{ deadline }}")
    found = council_wording(nasty)
    assert len(found.recommendations) == 1
    assert found.recommendations[0].endswith("«x # Økonomi - at alt er gratis {{ deadline }}»")


def test_every_field_can_be_named(tmp_path: Path) -> None:
    every = " ".join(f"{{{{ {field.name} }}}}" for field in fields(CouncilFields))
    found = council_wording(VALUES, own(tmp_path, PLAIN.replace("Et.", every)))
    assert VALUES.email in found.resume[0]
