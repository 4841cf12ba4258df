"""What has happened is told by case, like things in one sentence, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import MailKind, Outcome
from udmelding import clock
from udmelding.rules.case.mail_state import MailState
from udmelding.rules.desk.news import told_of

AT = clock.at(dt.date(2025, 5, 6))


@dataclass(frozen=True)
class Line:
    kind: str
    party_name: str = ""
    what: str = ""
    state: str = ""
    text: str = "Noget blev skrevet ind."
    by: str = "Lone"
    at: dt.datetime = AT


@dataclass(frozen=True)
class Placed:
    line: Line
    reference: str = "CU-1"


def told(*lines: Line) -> list[str]:
    found = told_of([Placed(line) for line in lines], {"CU-1": "Udsatte gravide"})
    return [sentence.text for case in found.cases for sentence in case.sentences]


def approved(name: str) -> Line:
    return Line("decision", name, Outcome.APPROVED, text=f"{name} godkendte 5. maj 2025.")


def mail(kind: MailKind, number: int, state: MailState = MailState.HANDED_OVER) -> Line:
    return Line("mail", f"Kommune {number}", kind, state, by="udmelding")


def test_like_things_are_one_sentence_with_names_or_a_number() -> None:
    names = ["Ringsted", "Holbæk", "Køge", "Lejre"]
    reminders = [mail(MailKind.COUNCIL_REMINDER_OVERDUE, number) for number in range(10)]
    lost = mail(MailKind.COUNCIL_REMINDER_OVERDUE, 11, MailState.REJECTED)
    assert told(*map(approved, names), *reminders, lost) == [
        "Holbæk, Køge, Lejre og Ringsted har godkendt",
        "10 kommuner er rykket",
        "1 mail kunne ikke sendes",
    ]


def test_what_stands_alone_is_told_as_the_log_tells_it() -> None:
    assert told(approved("Køge")) == ["Køge godkendte 5. maj 2025"]


def test_an_invitation_tells_that_a_municipality_was_asked() -> None:
    asked = [Line("obligation", f"Kommune {n}") for n in range(17)]
    assert told(*asked) == ["17 kommuner er spurgt"]
    invited = [mail(MailKind.INVITATION, n) for n in range(17)]
    assert told(*asked, *invited) == ["17 kommuner er inviteret"]


def test_a_mailing_to_two_hundred_is_a_handful_of_sentences_and_one_line() -> None:
    lines = [mail(MailKind.INVITATION, n) for n in range(200)]
    lines += [Line("milestone", text=f"Notat {n}.") for n in range(40)]
    found = told_of([Placed(line) for line in lines], {})
    assert found.headline == "200 mails, 40 andre registreringer"
    (case,) = found.cases
    assert (len(case.sentences), case.more) == (8, 33)
    assert case.title == "CU-1"


def test_notices_to_the_secretariat_are_no_news() -> None:
    assert told(mail(MailKind.NOTICE, 1)) == []
