"""Every council reads the same wording, and its own figures and dates."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator

import pytest

from models import Level
from tests.papering import REF, before_councils, decided, say
from udmelding import clock
from udmelding.casework.mail.values import recommended_wording
from udmelding.casework.papers.papers import CouncilPapers, council_papers
from udmelding.casework.plan.calendar_import import HowToRead, read_calendar, taking_in
from udmelding.casework.wiring import Services, make_services
from udmelding.documents.papers.council_paper import municipal_paper
from udmelding.documents.papers.paper import paper_text
from udmelding.errors import NotFoundError
from udmelding.journal.database import writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.papers.council_paper import CouncilPaper
from udmelding.rules.papers.council_paper_dates import lead_of
from udmelding.rules.papers.council_paper_values import COUNCIL
from udmelding.rules.report.figure_tables import HIDDEN

LOLLAND, GREVE, FAXE, STEVNS = "0360", "0253", "0320", "0336"
CALENDARS = b"""
source: deres egne kalendere
municipalities:
  "0360":
    chain: [committee, council]
    committee: [{on: 2025-04-28, papers_due: 2025-04-14}]
    council: [2025-06-19]
  "0253":
    chain: [committee]
    committee: [{on: 2025-05-06, papers_due: 2025-04-22}]
"""


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A case before its councils, two of which have calendars; the tests only read it."""
    home = tmp_path_factory.mktemp("council-papers")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("UDMELDING_")]:
            patch.delenv(name)
        patch.setenv("UDMELDING_HOME", str(home))
        made = make_services()
        before_councils(made)
        how = HowToRead(area="sjaelland")
        file = read_calendar("moeder.yaml", CALENDARS, how)
        stamp = Stamp(clock.at(dt.date(2025, 1, 2)), "anna")
        with writing(made.engine) as session:
            taking_in(file, how, stamp)(session)
        decided(made, FAXE, dt.date(2025, 4, 22), note="enstemmigt")
        say(made, "expectation", dt.date(2025, 4, 23), party=STEVNS, expected_on="2025-05-28")
        sent = {"on": dt.date(2025, 5, 30), "reservation_for": [LOLLAND]}
        say(made, "submission", dt.date(2025, 5, 30), **sent)
        yield made
        made.close()


def papers(services: Services, as_of: str = "2025-04-10") -> CouncilPapers:
    return council_papers(services, REF, clock.end_of(dt.date.fromisoformat(as_of)))


def paper(services: Services, code: str, as_of: str = "2025-04-10") -> CouncilPaper:
    return papers(services, as_of).of(code)


def test_all_councils_are_recommended_the_very_same(services: Services) -> None:
    found = list(papers(services).all())
    assert len(found) == 17
    assert len({one.wording for one in found}) == 1
    assert len({one.wording_lines() for one in found}) == 1
    assert len({paper_text(municipal_paper(one, "")) for one in found}) == 17


def test_the_paper_asks_for_what_the_invitation_by_mail_asked_for(services: Services) -> None:
    material = papers(services).material
    (recommended,) = material.wording.recommendations
    assert recommended_wording(material.case, COUNCIL) == f"Det indstilles, {recommended}."


def test_a_municipality_sees_its_own_meetings_with_its_own_cut_off(services: Services) -> None:
    found = paper(services, LOLLAND)
    assert [(line.level, line.day) for line in found.levels] == [
        ("Fagudvalg", "28. april 2025"),
        ("Kommunalbestyrelse", "19. juni 2025"),
    ]
    assert found.levels[0].basis == "kommunens mødekalender; papirfrist 14. april 2025"
    assert found.lead == (
        "Forvaltningen indstiller, at fagudvalget over for kommunalbestyrelsen anbefaler,"
    )


def test_a_council_after_the_deadline_is_told_of_the_reservation(services: Services) -> None:
    (told,) = paper(services, LOLLAND).own_steps
    assert "tidligst at beslutte den 19. juni 2025, efter fristen" in told
    assert "forbehold for Lolland Kommune" in told
    assert any("med forbehold" in text for text in paper(services, LOLLAND).wording.next_steps)


def test_days_that_are_only_assumed_are_left_for_the_municipality_to_write(
    services: Services,
) -> None:
    found = paper(services, STEVNS)
    assert [line.level for line in found.levels] == [
        "Fagudvalg", "Økonomiudvalg", "Kommunalbestyrelse",
    ]  # fmt: skip
    assert {(line.day, line.basis) for line in found.levels} == {("[kommunen skriver datoen]", "")}
    assert found.own_steps == ()


def test_a_delegated_decision_has_the_same_wording_and_says_who_decides(
    services: Services,
) -> None:
    found = paper(services, GREVE)
    assert [line.level for line in found.levels] == ["Fagudvalg"]
    assert found.lead.startswith("Fagudvalget afgør sagen på kommunalbestyrelsens vegne.")
    assert found.wording == paper(services, LOLLAND).wording


def test_a_day_that_the_municipality_announced_stands_for_its_meeting(services: Services) -> None:
    last = paper(services, STEVNS, "2025-04-24").levels[-1]
    assert (last.day, last.basis) == ("28. maj 2025", "meldt af kommunen")


def test_what_was_decided_stands_at_its_level(services: Services) -> None:
    found = paper(services, FAXE, "2025-04-24")
    assert (found.levels[-1].day, found.levels[-1].decision) == ("22. april 2025", "Godkendt")
    assert found.own_steps == ("Faxe Kommune har besluttet.",)


def test_after_the_submission_the_paper_says_for_whom_it_was_held_back(services: Services) -> None:
    (held,) = paper(services, LOLLAND, "2025-06-01").own_steps
    assert "den 30. maj 2025 med forbehold for Lolland Kommune" in held
    (other,) = paper(services, STEVNS, "2025-06-01").own_steps
    assert "forbehold" not in other


def test_own_figures_are_those_of_the_final_version_small_ones_hidden(services: Services) -> None:
    everyone = list(papers(services).all())
    texts = [t for p in everyone for g in p.figures for line in g.lines for t in line.texts[:1]]
    assert HIDDEN in texts
    counts = {
        line.texts[0]
        for one in everyone
        for group in one.figures
        for line in group.lines
        if line.title == "Borgere i alt"
    }
    assert counts > {HIDDEN}
    assert not counts & {"1", "2", "3", "4"}
    assert everyone[0].figure_heads == (everyone[0].municipality, "KKR Sjælland")
    notes = [note for one in everyone for note in one.figure_notes]
    assert any("viser vi ikke tal fra 0 til 4" in note for note in notes)
    assert any("Summerne er opgjort for" in note for note in everyone[0].figure_notes)


def test_before_a_final_version_no_figure_is_quoted(services: Services) -> None:
    found = paper(services, LOLLAND, "2025-02-10")
    assert found.figures == ()
    assert found.figure_heads == ()
    assert "endnu ikke en endelig version" in found.report[0]


def test_the_version_is_named_with_its_checksum(services: Services) -> None:
    found = paper(services, LOLLAND)
    assert "version 1, af 20. februar 2025" in found.report[0]
    assert re.search(r"[0-9a-f]{64}", found.report[1])
    assert [one.file_name for one in found.enclosures] == [
        "Bilag 1 - Afrapportering, endelig version 1.pdf"
    ]


def test_the_bodies_decisions_are_told(services: Services) -> None:
    assert paper(services, LOLLAND).treated[-1] == "KKR Sjælland 8. april 2025: anbefalet"


def test_a_municipality_outside_the_case_has_no_paper(services: Services) -> None:
    with pytest.raises(NotFoundError):
        papers(services).of("0101")


@pytest.mark.parametrize("as_of", ["2024-09-01", "2025-03-20", "2025-04-10", "2025-07-01"])
def test_no_sentence_has_a_hole_on_any_day(services: Services, as_of: str) -> None:
    for one in papers(services, as_of).all():
        holes = re.findall(
            r"None|  |\(\)|\.\.|,\s*\.| \.|: \.|«»|\{", paper_text(municipal_paper(one, ""))
        )
        assert not holes, (one.municipality, holes)


def test_a_council_alone_is_recommended_to_by_nobody_in_between() -> None:
    assert lead_of((Level.COUNCIL,)) == "Forvaltningen indstiller,"
