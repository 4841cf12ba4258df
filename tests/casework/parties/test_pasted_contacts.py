"""Contacts as they are copied from a sheet, a mail or an old list."""

from __future__ import annotations

import pytest

from models import ContactRole
from udmelding.casework.parties.contact_tables import read_contacts
from udmelding.errors import BadFileError

ANNE, BO = ("0253", "Anne Prøve", "anne@greve.example"), ("0360", "Bo Test", "bo@lolland.example")


def read(text: str | bytes) -> list[tuple[str, str, str]]:
    content = text.encode() if isinstance(text, str) else text
    return [(c.party, c.name, c.email) for c in read_contacts("indsat.csv", content)]


@pytest.mark.parametrize(
    "text",
    [
        "Greve\tAnne Prøve\tanne@greve.example\nLolland\tBo Test\tbo@lolland.example\n",
        "Greve;Anne Prøve;anne@greve.example\nLolland;Bo Test;bo@lolland.example",
        "Anne Prøve,anne@greve.example,Greve\nBo Test,bo@lolland.example,Lolland",
        "253\tAnne Prøve\tanne@greve.example\n360\tBo Test\tbo@lolland.example",
        "Greve Kommune;koordinator;Anne Prøve;anne@greve.example\n"
        "Lolland Kommune;koordinator;Bo Test;bo@lolland.example",
        "Kommune\tNavn\tE-mail\nGreve\tAnne Prøve\tanne@greve.example\n"
        "Lolland\tBo Test\tbo@lolland.example",
        "sep=;\nkommune;navn;mail\nGreve;Anne Prøve;anne@greve.example\n"
        "Lolland;Bo Test;bo@lolland.example",
        "part;rolle;navn;email\nGreve;koordinator;Anne Prøve;anne@greve.example\n"
        "Lolland;koordinator;Bo Test;bo@lolland.example",
        "\n\nGreve\tAnne Prøve\tanne@greve.example\n\nLolland\tBo Test\tbo@lolland.example\n\n",
        "Kommune\tNavn\tMail\nGreve\tAnne Prøve\tanne@greve.example\n"
        "Lolland\tBo Test\tbo@lolland.example".encode("utf-16"),
        "Greve;Anne Prøve;anne@greve.example\nLolland;Bo Test;bo@lolland.example".encode("cp1252"),
    ],
)
def test_a_list_is_read_whatever_stands_between_its_columns(text: str | bytes) -> None:
    assert read(text) == [ANNE, BO]


def test_a_role_that_stands_there_is_the_contacts() -> None:
    (made,) = read_contacts("x.csv", b"Greve\tformel\tAnne\tanne@greve.example")
    assert made.name in {"Anne", "formel"}
    (made,) = read_contacts("x.csv", b"Greve\tkoordinator\tAnne Test\tanne@greve.example")
    assert (made.role, made.name) == (ContactRole.COORDINATOR, "Anne Test")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "tom"),
        ("bare noget tekst", "mangler"),
        ("anne@greve.example", "kommunens navn, kontaktens navn og mailadresse"),
        ("Greve\tanne@greve.example", "kommunens navn, kontaktens navn og mailadresse"),
        ("Atlantis\tAnne\tanne@greve.example", "kommunens navn, kontaktens navn"),
        ("Greve\tAnne\tanne@greve.example\nAtlantis\tBo\tbo@x.example", "Atlantis"),
        ("Greve\tAnne\tanne@greve.example\nLolland\tBo\tikke en adresse", "ikke en mailadresse"),
        ("Greve\tAnne\tanne@greve.example\nGreve\tBo\tbo@greve.example", "har allerede en"),
        ("Greve\tAnne\tanne@greve.example\nLolland\t\tbo@lolland.example", "Skriv et navn"),
        ('Greve;"Anne;anne@greve.example', "anførselstegn"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(BadFileError) as refused:
        read(text)
    assert told in refused.value.message
