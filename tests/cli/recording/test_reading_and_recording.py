"""What a caseworker does on the command line, and what is said back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.counting import statements
from tests.rules.files.test_cpr import number_as_written

pytestmark = pytest.mark.database

REF = "CU-GRAVIDE-2025"


EVEN_SO = ("--even-so", "prøve")
"""The case is no more complete than a test wants."""


@pytest.fixture
def launched(udmelding: Callable[..., Any]) -> Callable[..., Any]:
    """The command, with one case launched on 15 May 2024."""
    answer = udmelding(
        "launch", REF, "--title", "Udsatte gravide", "--received", "15/5-2024",
        "--deadline", "31/5-2025", "--kind", "fornyet behandling", "--today", "15/5-2024",
        "--even-so", "en prøve",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert "17 af 17 når fristen 31. maj 2025." in answer.out
    assert "Der mangler mailadresser til" in answer.out
    return udmelding


@pytest.mark.parametrize(
    "said",
    [
        ("council-decision", REF, "Lolland", "--on", "24/4-2025", "--yes", *EVEN_SO),
        ("deadline", REF, "31/8-2025", "--reason", "udsat", "--yes"),
    ],
    ids=lambda said: said[0],
)
def test_before_and_after_are_shown_and_saved_with_few_statements(
    launched: Callable[..., Any], said: tuple[str, ...]
) -> None:
    with statements(sa.Engine) as sent:
        answer = launched("record", *said, "--today", "25/4-2025")

    assert answer.code == 0, answer.err
    assert "Nøgle: " in answer.out
    assert len(sent) <= 77, sent  # with what speaks against it, and why it is so


def test_init_makes_a_database_and_may_be_repeated(udmelding: Callable[..., Any]) -> None:
    assert udmelding("init").code == 0
    assert udmelding("init", "--json").json["schema"]


def test_an_empty_database_says_how_to_begin(udmelding: Callable[..., Any]) -> None:
    assert "udmelding launch" in udmelding("status").out
    assert udmelding("status", "--json").json == []


def test_status_counts_councils_and_names_those_missing(launched: Callable[..., Any]) -> None:
    said = launched(
        "record",
        "council-decision",
        REF,
        "Lolland",
        "--on",
        "24/4-2025",
        "--today",
        "25/4-2025",
        *EVEN_SO,
    )
    assert said.code == 0, said.err
    assert "Lolland (kommunalbestyrelse) 24. april 2025: godkendt." in said.out
    found = launched("status", REF, "--as-of", "2025-04-25", "--json").json
    assert found["reference"] == REF
    assert found["stage"] == "collection"
    assert found["councils"]["total"] == 17
    assert found["councils"]["approved"] == 1
    assert "24/4-2025 godkendt (meldt)" in launched("matrix", REF, "--as-of", "25/4-2025").out
    assert "Lolland" not in found["councils"]["missing"]
    assert found["country"] == {"total": 98, "approved": 1}
    assert (
        launched("status", REF, "--as-of", "24/4-2025", "--json").json["councils"]["approved"] == 0
    )


def test_a_correction_replaces_and_the_log_keeps_both(launched: Callable[..., Any]) -> None:
    first = launched("record", "response", REF, "Greve", "--on", "2/9-2024", "--today", "3/9-2024")
    key = first.out.split("Nøgle: ")[1].strip()
    launched(
        "record", "response", REF, "Greve", "--on", "1/9-2024", "--completeness",
        "ingen borgere i målgruppen", "--corrects", key, "--today", "4/9-2024",
    )  # fmt: skip
    lines = [line for line in launched("log", REF, "--json").json if line["kind"] == "response"]
    assert [bool(line["replaced_at"]) for line in lines] == [True, False]
    cell = next(
        row
        for row in launched("matrix", REF, "--json").json
        if (row["step"], row["name"]) == ("collection", "Greve")
    )
    assert (cell["met"], cell["answer"]) == ("2024-09-01", "no_citizens")


def test_the_same_fact_twice_is_recorded_once(launched: Callable[..., Any]) -> None:
    words = ("record", "waiver", REF, "Stevns", "--reason", "svarer med Faxe", "--on", "3/6-2024")
    assert "Registreret" in launched(*words, "--today", "3/6-2024").out
    assert "allerede registreret" in launched(*words, "--today", "3/6-2024").out


def test_a_vague_date_is_kept_as_the_period_it_is(launched: Callable[..., Any]) -> None:
    launched(
        "record", "submission", REF, "--on", "ultimo maj 2025", "--reservation", "Lolland",
        "--today", "31/5-2025", *EVEN_SO,
    )  # fmt: skip
    sent = launched("status", REF, "--as-of", "31/5-2025", "--json").json["submitted"]
    assert (sent["from"], sent["to"]) == ("2025-05-21", "2025-05-31")
    assert sent["as_written"] == "ultimo maj 2025"
    assert sent["reservation_for"] == ["Lolland"]
    plan = launched("plan", REF, "--as-of", "31/5-2025").out
    assert "ultimo maj 2025" in plan, "not the last day of it, as if that were known"


def test_a_moved_meeting_moves_the_plan(launched: Callable[..., Any]) -> None:
    before = launched("plan", REF, "--as-of", "1/6-2024", "--json").json
    assert before["feasible"]
    moved = launched(
        "record", "meeting", "kkr", "8/4-2025", "--moved-to", "29/4-2025", "--today", "2/6-2024"
    )
    assert moved.code == 0, moved.err
    after = launched("plan", REF, "--as-of", "2/6-2024", "--json")
    planned = {step["id"]: step["planned"] for step in after.json["steps"]}
    assert planned["kkr"] == "2025-02-05", "29 April is too late, so the meeting before it is used"
    assert launched("plan", REF, "--as-of", "1/6-2024", "--json").json == before


def test_a_document_is_stored_by_its_checksum_and_a_new_version_reopens_decisions(
    launched: Callable[..., Any], tmp_path: Path
) -> None:
    report = tmp_path / "rapport.txt"
    for version in ("1", "2"):
        report.write_bytes(f"version {version}".encode())
        said = launched(
            "record", "document", REF, str(report), "--kind", "endelig afrapportering",
            "--version", version, "--on", f"{version}/3-2025", "--today", f"{version}/3-2025",
            *EVEN_SO,
        )  # fmt: skip
        assert said.code == 0, said.err
        if version == "1":
            launched("record", "body-decision", REF, "styregruppe", "--outcome", "godkendt",
                     "--on", "1/3-2025", "--today", "1/3-2025", *EVEN_SO)  # fmt: skip
    stored = list((tmp_path / "documents").rglob("*"))
    assert sum(path.is_file() for path in stored) == 2
    met = []
    for day in ("1/3-2025", "2/3-2025"):
        steps = launched("status", REF, "--as-of", day, "--json").json["steps"]
        met += [step["fulfilled"] for step in steps if step["id"] == "styregruppe"]
    assert met == [1, 0]
    assert launched("record", "document", REF, "findes-ikke.pdf", "--kind", "referat").code == 1


def test_what_follows_the_submission_is_owed_and_answered(launched: Callable[..., Any]) -> None:
    days = ("--today", "6/8-2025", *EVEN_SO)
    launched("record", "question", REF, "--on", "5/8-2025", "--due", "5/9-2025", *days)
    owed = [item["what"] for item in launched("due", "--as-of", "6/8-2025", "--json").json]
    assert "Svar på supplerende spørgsmål" in owed
    launched("record", "answer", REF, "--on", "primo september 2025", "--today", "10/9-2025",
             *EVEN_SO)  # fmt: skip
    launched("record", "verdict", REF, "--outcome", "bakker op om forslaget", "--on", "11/9-2025",
             "--today", "11/9-2025", *EVEN_SO)  # fmt: skip
    launched("record", "action", REF, "1", "--title", "Flere pladser", "--due", "1/6-2026",
             "--today", "12/9-2025")  # fmt: skip
    owed = [item["what"] for item in launched("due", "--as-of", "12/9-2025", "--json").json]
    assert "Svar på supplerende spørgsmål" not in owed
    assert "Flere pladser" in owed
    launched("record", "close", REF, "--on", "1/10-2025", "--today", "1/10-2025", *EVEN_SO)
    assert launched("status", REF, "--as-of", "1/10-2025", "--json").json["stage"] == "closed"
    assert launched("due", "--as-of", "1/10-2025", "--json").json == []


def test_a_country_figure_is_recorded_as_the_rest(launched: Callable[..., Any]) -> None:
    launched("record", "tally", REF, "--country", "--approved", "60", "--on", "1/5-2025",
             "--today", "1/5-2025")  # fmt: skip
    found = launched("status", REF, "--as-of", "1/5-2025", "--json").json
    assert found["country"] == {"total": 98, "approved": 60}
    refused = launched("record", "tally", REF, "--country", "--approved", "99")
    assert refused.code == 1


def test_a_case_goes_out_and_comes_in_again(launched: Callable[..., Any], tmp_path: Path) -> None:
    launched("record", "response", REF, "Greve", "--on", "2/9-2024", "--today", "3/9-2024")
    file = tmp_path / "sag.json"
    assert launched("export", REF, "--output", str(file)).code == 0
    again = launched("import", str(file), "--json").json
    assert again["new"] == 0
    assert again["known"] == len(json.loads(file.read_text(encoding="utf-8"))["facts"])


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("status", "CU-X"), 1, "Der findes ingen sag med navnet «CU-X»"),
        (("record", "response", REF, "Lollland"), 1, "Lolland"),
        (("record", "response", REF, "Greve", "--on", "31/2-2025"), 1, "31"),
        (("record", "response", REF, "Greve", "--on", "1/1-2031"), 1, "efter"),
        (("record", "council-decision", REF, "Greve", "--outcome", "måske"), 1, "godkendt"),
        (("record", "retract", REF, "x", "--reason", "y"), 1, "gældende registrering"),
        (("record", "meeting", "k18", "1/1-2027"), 1, "k17"),
        (("import", "findes-ikke.yaml"), 1, "findes-ikke.yaml"),
        (("outbox", "show", "x"), 1, "ingen mail"),
        (("plan", "--process", "ukendt"), 1, "central-udmelding"),
        (("launch", REF, "--title", "x", "--received", "1/1-2025"), 1, "allerede"),
        (("launch", "CU Ø", "--title", "x", "--received", "1/1-2025"), 1, "bindestreg"),
        (("date", "snarest"), 1, "snarest"),
        (("findes-ikke",), 2, ""),
    ],
)
def test_a_mistake_is_told_with_what_to_write_instead(
    launched: Callable[..., Any], words: tuple[str, ...], code: int, says: str
) -> None:
    answer = launched(*words)
    assert answer.code == code
    assert says in answer.err
    assert "Traceback" not in answer.err + answer.out


def test_a_day_with_nothing_due_starts_no_flow(launched: Callable[..., Any]) -> None:
    # The launch is due; a paused case is not, and then Prefect is not even imported.
    launched("record", "pause", REF, "--reason", "afventer", "--today", "15/5-2024")
    assert "intet at gøre" in launched("daily", "--today", "20/5-2024").out


def test_a_wrong_setting_stops_the_command_and_is_named(
    udmelding: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_AREA", "sjælland")
    answer = udmelding("status")
    assert answer.code == 1
    assert "UDMELDING_AREA" in answer.err
    assert "sjaelland" in answer.err


CERTAIN, POSSIBLE = number_as_written(holds=True), number_as_written(holds=False).replace("-", "")


@pytest.mark.parametrize(
    "words",
    [
        ("waiver", REF, "Greve", "--reason", f"Borger {CERTAIN}"),
        ("milestone", REF, f"Mail om {CERTAIN}"),
        ("response", REF, "Greve", "--source", f"mail om {CERTAIN}"),
        ("response", REF, "Greve", "--note", "Se vedlagte", "--by", CERTAIN),
    ],
    ids=["reason", "title", "source", "who"],
)
def test_no_word_of_a_command_takes_a_cpr_number(
    launched: Callable[..., Any], words: tuple[str, ...]
) -> None:
    before = launched("log", REF, "--json").json

    said = launched("record", *words, "--on", "2/9-2024", "--today", "3/9-2024")

    assert said.code == 1
    assert "Der står et cpr-nummer i feltet" in said.err
    assert CERTAIN not in said.out + said.err
    assert launched("log", REF, "--json").json == before


def test_what_may_be_a_cpr_number_is_recorded_when_a_person_says_that_it_is_none(
    launched: Callable[..., Any],
) -> None:
    words = ("record", "milestone", REF, f"Nr. {POSSIBLE}", "--on", "2/9-2024")
    asked = launched(*words, "--today", "3/9-2024")
    assert asked.code == 1
    assert "måske er et cpr-nummer, i feltet «Titel»" in asked.err
    assert "skriv --confirm-no-cpr til sidst" in asked.err

    assert launched(*words, "--today", "3/9-2024", "--confirm-no-cpr").code == 0


def test_a_document_that_may_hold_a_number_asks_and_is_taken_with_the_same_word(
    launched: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "referat.txt"
    file.write_text(f"Nr. {POSSIBLE}", encoding="utf-8")
    words = ("record", "document", REF, str(file), "--kind", "referat", "--on", "2/9-2024")

    asked = launched(*words, "--today", "3/9-2024")
    assert asked.code == 1
    assert "Se efter i filen «referat.txt», om det er det." in asked.err
    assert "skriv --confirm-no-cpr til sidst" in asked.err

    assert launched(*words, "--today", "3/9-2024", "--confirm-no-cpr").code == 0


def test_a_case_is_not_launched_under_a_cpr_number(udmelding: Callable[..., Any]) -> None:
    said = udmelding(
        "launch", "CU-X", "--title", f"Om {CERTAIN}", "--received", "15/5-2024",
        "--deadline", "31/5-2025", "--today", "15/5-2024", "--even-so", "en prøve",
    )  # fmt: skip

    assert said.code == 1
    assert udmelding("status", "--json").json == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("notat.txt", f"Borger {CERTAIN}".encode(), "Der står et cpr-nummer på linje 1"),
        ("notat.pdf", b"MZ\x90\x00", "er et program"),
        ("notat.exe", b"MZ", "kan ikke læses her"),
    ],
    ids=["a number inside", "a program named PDF", "a program"],
)
def test_a_document_passes_the_same_intake_by_command(
    launched: Callable[..., Any], tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)

    said = launched(
        "record", "document", REF, str(tmp_path / name), "--kind", "referat", "--title", "Notat",
        "--today", "3/9-2024",
    )  # fmt: skip

    assert said.code == 1
    assert told in said.err


LAUNCH = (
    "--received",
    "15/5-2024",
    "--deadline",
    "31/5-2025",
    "--today",
    "15/5-2024",
    "--even-so",
    "en prøve",
)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("--title", "Udsatte gravide"), "serviceloven § 13 b, stk. 2 · målgruppe: ikke oplyst"),
        (
            ("--title", "Tegnsprog", "--target-group", "børn og unge"),
            "barnets lov § 161, stk. 1 · målgruppe: børn og unge",
        ),
        (
            ("--title", "Domfældte", "--kind", "fornyet behandling", "--target-group", "voksne"),
            "serviceloven § 13 b, stk. 3 · målgruppe: voksne",
        ),
        (
            ("--title", "Rammeaftale 2027-2028", "--process", "rammeaftale"),
            "serviceloven § 6 og barnets lov § 173 · målgruppe: begge",
        ),
        (("--title", "Takster for børn", "--process", "spoergeskema"), "ingen · målgruppe"),
        (("--title", "Unge", "--legal-basis", "en anden lov § 1"), "en anden lov § 1 · målgruppe"),
    ],
)
def test_a_case_gets_the_law_of_its_kind_and_its_target_group(
    udmelding: Callable[..., Any], said: tuple[str, ...], told: str
) -> None:
    answer = udmelding("launch", "CU-LOV", *said, *LAUNCH)

    assert answer.code == 0, answer.err
    assert f"Lovhjemmel: {told}" in " ".join(answer.out.split())


@pytest.mark.parametrize("is_file", [False, True])
def test_a_case_is_launched_with_the_form_that_is_answered_in(
    udmelding: Callable[..., Any], tmp_path: Path, is_file: bool
) -> None:
    place = "form:gravide"
    if is_file:
        path = tmp_path / "skema.yaml"
        path.write_text(udmelding("form", "show", place).out, encoding="utf-8")
        place = str(path)

    answer = udmelding("launch", "CU-NY", "--title", "Gravide", *LAUNCH, "--form", place)

    assert answer.code == 0, answer.err
    told = " ".join(answer.out.split())
    assert "Der svares i skemaet «Udsatte gravide" in told
    assert "Vælg et skema" not in told
    assert "Vælg et skema" in udmelding("launch", "CU-UDEN", "--title", "Andet", *LAUNCH).out
    assert udmelding("form", "answers", "CU-NY").code == 0


def test_a_case_is_not_launched_with_a_form_that_is_not_there(
    udmelding: Callable[..., Any],
) -> None:
    answer = udmelding("launch", "CU-NY", "--title", "Gravide", *LAUNCH, "--form", "form:nej")

    assert answer.code == 1
    assert "nej" in answer.err
    assert udmelding("status", "--json").json == []


def test_a_launch_from_a_home_that_sends_nothing_is_refused_unless_it_is_for_practice(
    udmelding: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UDMELDING_IS_FOR_PRACTICE")
    said = ("launch", "CU-FIL", "--title", "Ny", *LAUNCH[:-2])

    answer = udmelding(*said, "--even-so", "vi prøver systemet")

    assert answer.code == 1
    assert "Der bliver ikke sendt mails herfra" in " ".join(answer.err.split())
    assert udmelding("status", "--json").json == []
    assert udmelding(*said, "--draft").code == 0


def test_a_case_whose_title_names_children_asks_whom_it_is_about(
    udmelding: Callable[..., Any],
) -> None:
    answer = udmelding("launch", "CU-UNG", "--title", "Børn med høretab", *LAUNCH)

    assert answer.code == 1
    assert "--target-group «børn og unge»" in " ".join(answer.err.split())
    assert udmelding("status", "--json").json == []


def test_what_is_incomplete_is_asked_about_and_recorded_with_a_reason(
    launched: Callable[..., Any],
) -> None:
    words = ("record", "submission", REF, "--on", "28/5-2025", "--today", "28/5-2025")
    refused = launched(*words)
    assert refused.code == 1
    assert "- 0 af 17 kommuner har svaret." in refused.err
    assert "- Der er ingen endelig udgave af afrapporteringen i sagen." in refused.err
    assert '--even-so "begrundelse"' in refused.err
    assert launched("status", REF, "--as-of", "28/5-2025", "--json").json["submitted"] is None

    assert launched(*words, "--even-so", "sendt af formændene").code == 0
    kept = [line["text"] for line in launched("log", REF, "--json").json]
    assert any(text.endswith("Begrundelse: sendt af formændene") for text in kept)


def test_a_case_that_renews_one_that_is_not_there_is_refused(
    udmelding: Callable[..., Any],
) -> None:
    words = ("launch", "CU-NY", "--title", "Ny", "--renews", "FINDES-IKKE", *LAUNCH)

    answer = udmelding(*words)

    assert answer.code == 1
    assert "Der findes ingen sag med navnet «FINDES-IKKE»" in answer.err
    assert udmelding("status", "--json").json == []


def test_a_round_that_asks_of_no_citizens_does_not_speak_of_them(
    udmelding: Callable[..., Any],
) -> None:
    said = ("--process", "spoergeskema", "--title", "Takster", *LAUNCH)
    assert udmelding("launch", "SP-NY", *said).code == 0
    assert udmelding("advance", "SP-NY", "--today", "15/5-2024").code == 0
    words = ("--completeness", "ingen borgere i målgruppen", "--on", "20/5-2024")
    answer = udmelding("record", "response", "SP-NY", "Greve", *words, "--today", "21/5-2024")
    assert answer.code == 0, answer.err

    told = udmelding("matrix", "SP-NY", "--as-of", "22/5-2024").out

    assert "20/5-2024 intet at indberette" in " ".join(told.split())
    assert "borgere" not in told
