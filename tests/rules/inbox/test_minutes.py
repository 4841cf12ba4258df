"""Minutes as councils publish them: a sentence is read under the heading it stands under."""

from __future__ import annotations

import datetime as dt

import pytest

from models.decision import Level, Outcome
from models.incoming import Meaning
from udmelding.rules.inbox.minutes import decided_by_minutes
from udmelding.rules.inbox.reply_meaning import suggest

WRITTEN = dt.date(2027, 4, 6)
C, F, K = Level.COUNCIL, Level.FINANCE_COMMITTEE, Level.COMMITTEE


@pytest.mark.parametrize(
    ("text", "level", "outcome", "on", "item"),
    [
        ("Beslutning i Kommunalbestyrelsen den 24-03-2027\n\nGodkendt.",
         C, Outcome.APPROVED, "2027-03-24", ""),
        ("Beslutning fra Social og Sundhed, 10. marts 2027, pkt. 28:\nAnbefales.\n\n"
         "Beslutning fra Kommunalbestyrelsen, 25. marts 2027, pkt. 91:\nGodkendt.",
         C, Outcome.APPROVED, "2027-03-25", "91"),
        ("Kommunalbestyrelsen 25. marts 2027\nGodkendt med den ændring, at takster forelægges.",
         C, Outcome.APPROVED_WITH_REMARKS, "2027-03-25", ""),
        ("Beslutning fra Social og Sundhed, 10. marts 2027, pkt. 28:\nAnbefales.",
         K, Outcome.RECOMMENDED, "2027-03-10", "28"),
        ("Byrådet, tirsdag den 30. marts 2027, punkt 14\n\nIndstilling\nForvaltningen indstiller, "
         "at rapporten godkendes.\n\nBeslutning\nUdsat.\n\nFraværende\nAnna Hansen.",
         C, Outcome.POSTPONED, "2027-03-30", "14"),
        ("Byrådet den 30. marts 2027\n\nIndstilling:\nDet indstilles, at sagen godkendes.\n\n"
         "Beslutning:\nIndstillingen blev ikke tiltrådt.",
         C, Outcome.REJECTED, "2027-03-30", ""),
        ("Beslutning Økonomiudvalget den 16. marts 2027\nIndstilles godkendt.\n\n"
         "Beslutning Byrådet den 31. marts 2027\nTaget til efterretning.",
         C, Outcome.NOTED, "2027-03-31", ""),
        ("Økonomiudvalget, 16. marts 2027, pkt. 7\nAnbefales godkendt.",
         F, Outcome.APPROVED, "2027-03-16", "7"),
        ("## Beslutning Borgerrepræsentationen 31.03.2027 (sag 12)\n\nIndstillingen godkendt.",
         C, Outcome.APPROVED, "2027-03-31", "12"),
        ("Beslutning fra Byrådet den 31. marts 2027\nSagen sendes tilbage til udvalget.",
         C, Outcome.SENT_BACK, "2027-03-31", ""),
    ],
)  # fmt: skip
def test_a_decision_is_told_by_its_heading_and_the_words_below_it(
    text: str, level: Level, outcome: Outcome, on: str, item: str
) -> None:
    found = decided_by_minutes(text, WRITTEN)
    assert found is not None
    assert (found.meaning, found.level, str(found.on)) == (Meaning.DECISION, level, on)
    if outcome is not Outcome.APPROVED or level is not F:
        assert found.outcome is outcome
    assert found.item_number == item


@pytest.mark.parametrize(
    "text",
    [
        "Byrådet den 27. april 2027\nSagen kommer på dagsordenen.",
        "Kommunalbestyrelsen behandler sagen den 28. april. Godkendt bliver den nok.",
        "Beslutning fra Kommunalbestyrelsen\nGodkendt.",
        "Vi har holdt møde den 3. marts 2027.\nDatoen er godkendt.",
        "Byrådet den 30. marts 2027\n\nIndstilling\nForvaltningen indstiller, at sagen godkendes.",
        "Kan I bekræfte, at Byrådet den 30. marts 2027 har behandlet sagen?\nGodkendt?",
        "Hermed referat fra mødet.",
        "",
    ],
)
def test_what_was_not_decided_is_no_decision(text: str) -> None:
    assert decided_by_minutes(text, WRITTEN) is None


def test_of_two_days_in_a_sentence_the_one_to_come_is_announced() -> None:
    text = "Sagen blev behandlet i Socialudvalget 9. marts og kommer i Byrådet den 27. april."
    found = suggest(text, "SV: x", (), is_decision_wanted=True, written_on=WRITTEN)
    assert (found.meaning, found.level, found.on) == (
        Meaning.ANNOUNCED_DAY,
        C,
        dt.date(2027, 4, 27),
    )


MEETING = """Referat
Kommunalbestyrelsen, 25. marts 2027

90. Budgetopfølgning
Indstilling
Det indstilles, at opfølgningen godkendes.
Beslutning
Godkendt.

91. {title}
Sagsfremstilling
Kommunerne har svaret.
Beslutning
Udsat.

92. Eventuelt
Beslutning
Taget til efterretning.
"""


def test_of_a_whole_meetings_minutes_the_item_about_our_matter_counts() -> None:
    found = decided_by_minutes(MEETING.format(title="Rammeaftale 2027-2028"), WRITTEN)

    assert found is not None
    assert (found.outcome, found.item_number) == (Outcome.POSTPONED, "91")
    assert (found.level, found.on) == (C, dt.date(2027, 3, 25))


def test_where_no_item_is_known_to_be_ours_none_of_their_outcomes_is_suggested() -> None:
    found = decided_by_minutes(MEETING.format(title="Lokalplan for havnen"), WRITTEN)

    assert found is not None
    assert (found.outcome, found.item_number, found.words) == (None, "", "")
    assert (found.level, found.on) == (C, dt.date(2027, 3, 25))
