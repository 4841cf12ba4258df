"""The letters to the agency name who is missing, when they decide, and who has decided since."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import docx
import pypdfium2
import pytest

from models import Level, Outcome
from tests.papering import REF, before_councils, decided, say
from udmelding import clock
from udmelding.casework.demo.playing import shipped_cases
from udmelding.casework.exchange.transfer import import_case
from udmelding.casework.papers.letters import kind_named, letter_file, letter_of
from udmelding.casework.papers.papers import Ending
from udmelding.casework.wiring import Services, make_services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.papers.letters import (
    Grid,
    Items,
    Letter,
    LetterKind,
    LetterMaterial,
    Text,
    cover_letter,
)
from udmelding.rules.status.status import status

DOMFAELDTE = "CU-DOMFAELDTE-2024"
LOLLAND, GREVE, FAXE, NAESTVED = "0360", "0253", "0320", "0370"
OTHERS = (
    "0259", "0265", "0269", "0306", "0316", "0326", "0329", "0330", "0336", "0340", "0350", "0376",
    "0390",
)  # fmt: skip
SENT = dt.date(2025, 5, 30)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A case through the summer; the tests read it on different days.

    In April 14 approve and Faxe takes note; in May the report is sent without Lolland and Næstved;
    Lolland approves on 19 June, Næstved says no on 24 June and yes on 8 July.
    """
    home = tmp_path_factory.mktemp("letters")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("UDMELDING_")]:
            patch.delenv(name)
        patch.setenv("UDMELDING_HOME", str(home))
        services = make_services()
        before_councils(services)
        for file in shipped_cases():
            import_case(services, file, clock.at(dt.date(2026, 1, 5)))
        decided(services, LOLLAND, dt.date(2025, 4, 15), level=Level.COMMITTEE)
        for code in (GREVE, *OTHERS):
            decided(services, code, dt.date(2025, 4, 22), evidence="https://kommune.example/ref")
        decided(services, FAXE, dt.date(2025, 4, 22), outcome=Outcome.NOTED, note="uden drøftelse")
        say(services, "submission", SENT, on=SENT, reservation_for=[LOLLAND, NAESTVED])
        decided(services, LOLLAND, dt.date(2025, 6, 19))
        decided(services, NAESTVED, dt.date(2025, 6, 24), outcome=Outcome.REJECTED)
        decided(services, NAESTVED, dt.date(2025, 7, 8))
        yield services
        services.close()


def letter(
    services: Services, kind: LetterKind, day: dt.date, since: dt.date | None = None
) -> Letter:
    return letter_of(services, REF, kind, clock.end_of(day), since)


def told(made: Letter) -> str:
    return "\n".join(made.texts())


def test_the_cover_letter_counts_and_names_the_missing_with_their_days(sent: Services) -> None:
    made = letter(sent, LetterKind.COVER, SENT)
    text = told(made)
    assert "Afrapporteringen er godkendt i 14 af 17 kommuner." in text
    assert "Faxe har taget sagen til efterretning." in text
    assert "med forbehold for den politiske behandling i Lolland og Næstved, som" in text
    days = next(p for p in made.parts if isinstance(p, Items)).texts
    assert all(re.match(r"\d+\. \w+ 2025 \(.+\): ", line) for line in days)
    assert "Lolland" in " ".join(days)
    assert made.receiver == "Social- og Boligstyrelsen"
    assert ("Journalnummer", "24/12345") in made.about


def test_the_cover_letter_of_a_sent_report_stays_what_was_sent(sent: Services) -> None:
    first = letter(sent, LetterKind.COVER, SENT)
    assert letter(sent, LetterKind.COVER, dt.date(2025, 8, 1)) == first


def test_before_it_is_sent_the_letter_names_whoever_is_missing_then(sent: Services) -> None:
    text = told(letter(sent, LetterKind.COVER, dt.date(2025, 4, 21)))
    assert "godkendt i 0 af 17 kommuner" in text
    assert "behandling i 17 kommuner, som" in text
    assert "Greve" in text.partition("De ventes at beslutte:")[2]
    later = told(letter(sent, LetterKind.COVER, dt.date(2025, 4, 23)))
    assert "Greve" not in later


def test_the_overview_lists_levels_remarks_and_where_it_stands(sent: Services) -> None:
    made = letter(sent, LetterKind.OVERVIEW, SENT)
    bodies, councils = [p.rows for p in made.parts if isinstance(p, Grid)]
    assert [row[0] for row in bodies] == ["Styregruppen", "K17", "KKR Sjælland"]
    by_name = {row[0]: row for row in councils if row[1] != "Fagudvalg"}
    assert by_name["Greve"][1:] == (
        "Kommunalbestyrelse", "22. april 2025", "Godkendt", "", "https://kommune.example/ref",
    )  # fmt: skip
    assert by_name["Faxe"][3:] == (
        "Taget til efterretning",
        "uden drøftelse",
        "ikke modtaget endnu",
    )
    assert by_name["Næstved"][3] == "Mangler"
    assert by_name["Næstved"][2].startswith("ventes ")
    committee = next(row for row in councils if row[1] == "Fagudvalg")
    assert committee[:5] == ("Lolland", "Fagudvalg", "15. april 2025", "Godkendt", "")
    assert {len(row) for row in councils} == {6}


def test_a_supplementary_letter_lifts_what_it_can_and_keeps_the_rest(sent: Services) -> None:
    with pytest.raises(RefusedError, match="besluttet siden"):
        letter(sent, LetterKind.SUPPLEMENT, dt.date(2025, 6, 18))
    text = told(letter(sent, LetterKind.SUPPLEMENT, dt.date(2025, 6, 20)))
    assert "Lolland: 19. juni 2025" in text
    assert "Forbeholdet ophæves for Lolland. Forbeholdet gælder fortsat for Næstved." in text


def test_a_council_that_said_no_is_told_and_its_reservation_stays(sent: Services) -> None:
    day = dt.date(2025, 6, 25)
    text = told(letter(sent, LetterKind.SUPPLEMENT, day, since=dt.date(2025, 6, 20)))
    assert "Næstved har afvist." in text
    assert "Forbeholdet gælder fortsat for Næstved." in text
    assert "ophæves" not in text
    assert "Lolland" not in text


def test_when_all_have_approved_the_reservation_is_lifted(sent: Services) -> None:
    day = dt.date(2025, 7, 9)
    text = told(letter(sent, LetterKind.SUPPLEMENT, day))
    assert "Forbeholdet er dermed ophævet." in text
    assert "fortsat" not in text
    since = told(letter(sent, LetterKind.SUPPLEMENT, day, since=dt.date(2025, 6, 20)))
    assert "Lolland" not in since
    assert "Næstved: 8. juli 2025" in since


def test_nothing_is_lifted_where_nothing_was_held_back(sent: Services) -> None:
    with pytest.raises(RefusedError, match="ikke sendt noget med forbehold"):
        letter(sent, LetterKind.SUPPLEMENT, dt.date(2025, 5, 1))


def test_the_country_is_counted_where_other_areas_have_told(sent: Services) -> None:
    before = letter_of(sent, DOMFAELDTE, LetterKind.OVERVIEW, clock.end_of(dt.date(2025, 1, 9)))
    assert "af 98" not in told(before)
    after = letter_of(sent, DOMFAELDTE, LetterKind.OVERVIEW, clock.end_of(dt.date(2025, 1, 10)))
    assert "godkendt i 86 af 98* kommuner" in told(after)
    assert told(after).endswith("* Opdigtet til demonstration.")


def test_a_process_without_reservation_is_not_sent_before_all_have_decided(sent: Services) -> None:
    with reading(sent.engine) as session:
        case = load(session, REF, clock.end_of(dt.date(2025, 5, 1)))
    strict = replace(case, process=case.process.model_copy(update={"reservation": False}))
    material = LetterMaterial(
        case=strict,
        status=status(strict, dt.date(2025, 5, 1)),
        forecast=None,
        secretariat="Sekretariatet",
        senders="landets kommuner",
        enclosed=(),
        today=dt.date(2025, 5, 1),
    )
    with pytest.raises(RefusedError, match="ikke sendes med forbehold, og Lolland og Næstved"):
        cover_letter(material)


def test_a_letter_is_the_same_in_word_each_time_and_says_all_of_it(sent: Services) -> None:
    made = letter(sent, LetterKind.OVERVIEW, SENT)
    file, again = (letter_file(sent, made, Ending.WORD, clock.at(SENT)) for _ in range(2))
    assert file == again
    assert file.name == f"{REF} - Oversigt over beslutninger.docx"
    opened = docx.Document(BytesIO(file.content))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(p.text for p in opened.paragraphs), *cells])
    assert all(piece in text for piece in made.texts())


def test_a_letter_as_pdf_is_an_archive_file(sent: Services) -> None:
    made = letter(sent, LetterKind.COVER, SENT)
    file, again = (letter_file(sent, made, Ending.PDF, clock.at(SENT)) for _ in range(2))
    assert file == again
    assert file.name == f"{REF} - Følgebrev.pdf"
    with pypdfium2.PdfDocument(file.content) as opened:
        text = "".join(page.get_textpage().get_text_range() for page in opened)
        assert opened.get_metadata_value("Title") == made.title
    heads = [part.text for part in made.parts if isinstance(part, Text) and part.is_heading]
    assert heads == ["Politisk behandling", "Forbehold", "Vedlagt"]
    assert all(head in text for head in heads)
    assert "Lolland og Næstved" in " ".join(text.split())


def test_an_unknown_letter_is_told_which_there_are() -> None:
    with pytest.raises(NotFoundError, match="foelgebrev, beslutninger, supplerende"):
        kind_named("kærestebrev")
