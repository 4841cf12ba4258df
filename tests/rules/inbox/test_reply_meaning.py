from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.decision import Level, Outcome
from models.incoming import Meaning
from udmelding.rules.inbox.reply_meaning import Suggestion, suggest
from udmelding.rules.inbox.reply_words import sentences_of

WRITTEN_ON = dt.date(2025, 6, 2)


def read(
    text: str, *file_names: str, subject: str = "SV: [CU-EKSEMPEL-2025]", is_wanted: bool = True
) -> Suggestion:
    return suggest(text, subject, file_names, is_decision_wanted=is_wanted, written_on=WRITTEN_ON)


def day(month: int, number: int, year: int = 2025) -> dt.date:
    return dt.date(year, month, number)


DECISIONS: list[tuple[str, Outcome, dt.date | None, Level | None]] = [
    (
        "Byrådet godkendte på sit møde den 27. maj 2025.",
        Outcome.APPROVED,
        day(5, 27),
        Level.COUNCIL,
    ),
    (
        "Kommunalbestyrelsen tiltrådte indstillingen den 27/5.",
        Outcome.APPROVED,
        day(5, 27),
        Level.COUNCIL,
    ),
    ("Sagen er udsat.", Outcome.POSTPONED, None, None),
    ("Sagen er sendt retur til udvalget.", Outcome.SENT_BACK, None, Level.COMMITTEE),
    ("Indstillingen blev ikke godkendt.", Outcome.REJECTED, None, None),
    (
        "Byrådet kunne ikke tiltræde indstillingen.",
        Outcome.REJECTED,
        None,
        Level.COUNCIL,
    ),
    ("Byrådet godkendte ikke indstillingen.", Outcome.REJECTED, None, Level.COUNCIL),
    (
        "Byrådet har godkendt rammeaftalen med en bemærkning om takster.",
        Outcome.APPROVED_WITH_REMARKS,
        None,
        Level.COUNCIL,
    ),
    ("Byrådet godkendte sagen uden bemærkninger.", Outcome.APPROVED, None, Level.COUNCIL),
    (
        "Økonomiudvalget anbefaler indstillingen.",
        Outcome.RECOMMENDED,
        None,
        Level.FINANCE_COMMITTEE,
    ),
    (
        "Social- og Sundhedsudvalget tog sagen til efterretning den 20. maj.",
        Outcome.NOTED,
        day(5, 20),
        Level.COMMITTEE,
    ),
    (
        "Økonomiudvalget anbefalede den 20. maj, og byrådet godkendte den 27. maj.",
        Outcome.APPROVED,
        day(5, 27),
        Level.COUNCIL,
    ),
    (
        "Byrådet behandlede sagen på mødet den 27. maj.\nIndstillingen blev godkendt.",
        Outcome.APPROVED,
        day(5, 27),
        Level.COUNCIL,
    ),
    (
        "Byrådet kunne ikke godkende sagen, og den blev sendt tilbage.",
        Outcome.SENT_BACK,
        None,
        Level.COUNCIL,
    ),
    (
        "På sit møde den 27. maj 2025 har kommunalbestyrelsen i vores\nkommune vedtaget aftalen.",
        Outcome.APPROVED,
        day(5, 27),
        Level.COUNCIL,
    ),
]


@pytest.mark.parametrize(("text", "outcome", "on", "level"), DECISIONS)
def test_a_decision_is_suggested_from_its_words(
    text: str, outcome: Outcome, on: dt.date | None, level: Level | None
) -> None:
    got = read(f"Kære sekretariat\n\n{text}\n\nVenlig hilsen\nKoordinator")

    assert (got.meaning, got.outcome, got.on, got.level) == (Meaning.DECISION, outcome, on, level)
    assert got.words


@pytest.mark.parametrize(
    "text",
    [
        "Byrådet har endnu ikke godkendt sagen.",
        "Sagen er ikke godkendt endnu.",
        "Vi forventer, at byrådet har godkendt sagen til sommer.",
        "Hvis byrådet godkendte sagen, ville vi skrive.",
        "Når byrådet har godkendt indstillingen, hører I fra os.",
        "Sagen afventer, at udvalget har godkendt den.",
        "Har byrådet godkendt sagen?",
        "Skal sagen godkendes i byrådet?",
        "Referatet er godkendt.",
        "Byrådet godkendte dagsordenen.",
        "Min ferie er godkendt.",
        "Mødet er udsat.",
        "Tak, det er godkendt.",
        "Byrådet skal have godkendt sagen først.",
        "Sagen sendes til godkendelse i byrådet.",
        "Vi kender ikke indstillingen til byrådet.",
    ],
)
def test_what_is_not_decided_yet_or_about_something_else_is_no_decision(text: str) -> None:
    assert read(text).meaning is not Meaning.DECISION


@pytest.mark.parametrize(
    ("text", "on", "level"),
    [
        ("Sagen behandles i byrådet 12/6.", day(6, 12), Level.COUNCIL),
        ("Sagen er på dagsordenen i udvalget den 17. juni.", day(6, 17), Level.COMMITTEE),
        ("Den forelægges Økonomiudvalget tirsdag den 24. juni 2025.", day(6, 24), None),
        ("Sagen skal på et møde den 24/6.", day(6, 24), None),
    ],
)
def test_a_day_to_come_is_an_announced_day(text: str, on: dt.date, level: Level | None) -> None:
    got = read(text)

    assert (got.meaning, got.on) == (Meaning.ANNOUNCED_DAY, on)
    assert level in {None, got.level}


@pytest.mark.parametrize(
    "text",
    [
        "Sagen behandles ikke i byrådet den 12/6.",
        "Behandles sagen i byrådet 12/6?",
        "Sagen behandles i byrådet, men vi ved ikke hvornår.",
        "Vi mødes den 12/6.",
    ],
)
def test_a_day_that_is_denied_asked_for_or_missing_is_not_announced(text: str) -> None:
    assert read(text).meaning is not Meaning.ANNOUNCED_DAY


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("Kan vi få udsættelse til 15/6?", day(6, 15)),
        ("Vi vil gerne bede om forlænget frist til den 20. juni.", day(6, 20)),
        ("Er det muligt at få lidt mere tid?", None),
        ("Må vi få fristen rykket til fredag den 13. juni?", day(6, 13)),
    ],
)
def test_more_time_that_is_asked_for_is_an_extension_wanted(text: str, on: dt.date | None) -> None:
    got = read(text, is_wanted=False)

    assert (got.meaning, got.on) == (Meaning.EXTENSION_WANTED, on)


@pytest.mark.parametrize(
    "text",
    [
        "Tak for udsættelsen af fristen, vi har fået.",
        "Vi har ikke brug for udsættelse.",
        "Vi overholder fristen den 15/6.",
    ],
)
def test_more_time_that_is_not_asked_for_is_no_extension_wanted(text: str) -> None:
    assert read(text, is_wanted=False).meaning is not Meaning.EXTENSION_WANTED


@pytest.mark.parametrize(
    "text",
    [
        "Vi har ingen borgere i målgruppen.",
        "Vi har intet at indberette.",
        "Der er pt. ingen børn eller unge i målgruppen i vores kommune.",
        "Vi har ikke nogen borgere at indberette.",
        "We have no citizens in the target group.",
    ],
)
def test_nobody_in_the_target_group_is_said_in_words(text: str) -> None:
    assert read(text, is_wanted=False).meaning is Meaning.NO_CITIZENS


@pytest.mark.parametrize(
    "text",
    [
        "Hvis vi ingen borgere har i målgruppen, skriver vi det.",
        "Har I ingen borgere i målgruppen?",
        "Vi har ingen borgere ud over de 3 i målgruppen.",
        "Vi har ingen spørgsmål til målgruppen.",
        "Vi har ikke andre borgere i målgruppen end dem i arket.",
    ],
)
def test_some_or_perhaps_nobody_is_not_nobody(text: str) -> None:
    assert read(text, is_wanted=False).meaning is not Meaning.NO_CITIZENS


@pytest.mark.parametrize(
    ("text", "files", "meaning"),
    [
        ("Hej\n\nVedhæftet vores svar.", ("svar.xlsx",), Meaning.ANSWER),
        ("", ("svar.docx",), Meaning.ANSWER),
        ("Hermed svaret. Kan I bekræfte modtagelsen?", ("svar.pdf",), Meaning.ANSWER),
        ("Vi har 4 borgere i målgruppen.", (), Meaning.ANSWER),
        ("Hermed svar for voksne, resten følger 13/6.", ("svar.xlsx",), Meaning.PARTIAL_ANSWER),
        ("Vedhæftet et foreløbigt svar.", ("svar.xlsx",), Meaning.PARTIAL_ANSWER),
        ("Vedhæftet vores svar, der mangler ikke noget.", ("svar.xlsx",), Meaning.ANSWER),
        ("Hvordan skal vi forstå række 4?", ("skema.xlsx",), Meaning.QUESTION),
        ("Vi svarer i næste uge.", (), Meaning.NOTHING),
        ("Vedhæftet vores svar.", (), Meaning.NOTHING),
        ("Se logoet.", ("logo.png",), Meaning.NOTHING),
        ("Hvem kan vi ringe til?", (), Meaning.QUESTION),
        ("Vi er i tvivl om skemaet.", (), Meaning.QUESTION),
        ("Har du spørgsmål, er du velkommen til at ringe.", (), Meaning.NOTHING),
        ("Tak for mailen.", (), Meaning.NOTHING),
        ("", (), Meaning.NOTHING),
        (
            "Jeg er ikke længere kontaktperson, skriv til social@lolland.example.",
            (),
            Meaning.NEW_CONTACT,
        ),
        ("Fremover bedes I skrive til social@lolland.example.", (), Meaning.NEW_CONTACT),
        ("Jeg er stadig kontaktperson, skriv endelig til mig fremover.", (), Meaning.NOTHING),
    ],
)
def test_answers_contacts_and_questions_are_told_apart(
    text: str, files: tuple[str, ...], meaning: Meaning
) -> None:
    assert read(text, *files, is_wanted=False).meaning is meaning


def test_a_day_on_which_the_rest_follows_is_kept() -> None:
    assert read("Hermed svar, resten følger 13/6.", "svar.xlsx").on == day(6, 13)


def test_minutes_that_come_where_a_decision_is_wanted_are_one_of_unknown_outcome() -> None:
    got = read("Hermed beslutningen fra mødet.", "referat.pdf")

    assert (got.meaning, got.outcome) == (Meaning.DECISION, None)


def test_two_opposite_decisions_of_one_council_leave_the_outcome_open() -> None:
    got = read("Byrådet godkendte punkt 1. Byrådet godkendte ikke punkt 2.")

    assert (got.meaning, got.outcome, got.level) == (Meaning.DECISION, None, Level.COUNCIL)


def test_our_own_subject_that_comes_back_means_nothing() -> None:
    ours = "SV: [CU-EKSEMPEL-2025] Har byrådet godkendt sagen?"

    assert read("Tak for mailen.", subject=ours).meaning is Meaning.NOTHING


def test_the_subject_of_a_new_mail_is_read() -> None:
    got = read("Se venligst nedenfor.", subject="Byrådet har godkendt rammeaftalen")

    assert (got.meaning, got.outcome) == (Meaning.DECISION, Outcome.APPROVED)


def test_points_in_dates_and_short_words_end_no_sentence() -> None:
    text = "Byrådet godkendte d. 27. maj kl. 17.00 sagen, jf. pkt. 5. Vi sender referatet."

    assert sentences_of(text) == (
        "Byrådet godkendte d. 27. maj kl. 17.00 sagen, jf. pkt. 5.",
        "Vi sender referatet.",
    )


WORDS = st.lists(
    st.sampled_from(
        [
            *("byrådet", "godkendte", "ikke", "endnu", "sagen", "udvalget", "anbefaler", "den"),
            *(
                "27.",
                "maj",
                "2025",
                "12/6",
                "målgruppen",
                "ingen",
                "borgere",
                "udsættelse",
                "frist",
            ),
            *("vedhæftet", "svar", "?", ".", "\n", "resten", "følger", "hvis", "kontaktperson"),
        ]
    ),
    max_size=25,
).map(" ".join)


@given(WORDS | st.text(max_size=300), st.booleans())
def test_a_suggestion_quotes_the_reply_and_never_decides_for_the_future(
    text: str, is_wanted: bool
) -> None:
    got = read(text, is_wanted=is_wanted)

    assert set(got.words.rstrip("…").split()) <= set(text.split()) | {
        got.words.rstrip("…").split()[-1] if got.words else ""
    }
    if got.meaning is Meaning.DECISION:
        assert got.on is None or got.on <= WRITTEN_ON
    if got.meaning is Meaning.ANNOUNCED_DAY:
        assert got.on is not None
        assert got.on >= WRITTEN_ON
    assert got.outcome is None or got.meaning is Meaning.DECISION
