"""«Kræver dig»: each kind of thing that can wait is one row, and the menu counts the rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from models import (
    Channel,
    DeliveryReportKind,
    IncomingKind,
    MilestoneKind,
    OutboxState,
    Role,
    Scope,
)
from tests.answering import answer
from tests.counting import statements
from tests.papering import REF, before_councils, decided, say
from udmelding import clock
from udmelding.casework.desk import answering
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.drafts import keep_launch, new_name
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.recording.recording import record_fact, taking_back
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import delivery_reports, incoming
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.mail import outbox
from udmelding.journal.parties import remove_contact, standing_contacts
from udmelding.journal.stamp import Stamp
from udmelding.rules.desk.waits import Waiting
from udmelding.rules.parties.declared import declarer
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

DAY = dt.date(2025, 4, 15)
FAXE, GREVE, LOLLAND = "0320", "0253", "0360"
Make = Callable[[Services, dt.datetime], None]


def note(services: Services, title: str, name: str, now: dt.datetime) -> None:
    stamp = Stamp(now - dt.timedelta(hours=2), declarer(name))
    said = {"title": title, "on": now.date(), "milestone_kind": MilestoneKind.NOTE}
    record_fact(services, REF, "milestone", said, stamp)


def a_wish_for_time(services: Services, now: dt.datetime, name: str = "Faxe") -> None:
    wish = "beder om mere tid (politisk behandling, ønsket frist 18/6-2025): Ikke på dagsordenen"
    note(services, f"{name} {wish}", name, now)


def a_declared_decision(services: Services, now: dt.datetime) -> None:
    said = {"step": "councils", "party": LOLLAND, "on": now.date(), "level": "council"}
    said |= {"outcome": "approved", "is_proven": False, "source": "personligt link nr. 7"}
    stamp = Stamp(now - dt.timedelta(hours=1), declarer("Lolland"))
    record_fact(services, REF, "decision", said, stamp)


def a_new_contact(services: Services, now: dt.datetime) -> None:
    note(services, "Faxe melder ny kontakt: Bo Prøve, bo@faxe.example", "Faxe", now)


def a_reply(services: Services, now: dt.datetime, **said: Any) -> None:
    with writing(services.engine) as session:
        mail = InboxMail(
            key="a" * 64,
            received_at=now - dt.timedelta(hours=1),
            sender="x@naestved.example",
            subject="Byrådets møde",
            kind=IncomingKind.REPLY,
            announcement_id=find(session, REF).id,
            step="councils",
            party="0370",
            **said,
        )
        incoming.add(session, mail)


def two_answers(services: Services, now: dt.datetime) -> None:
    answer(services, REF, FAXE, now, seed="noget andet", channel=Channel.WORKBOOK)


def a_dead_address(services: Services, now: dt.datetime) -> None:
    with writing(services.engine) as session:
        address = next(iter(standing_contacts(session)[LOLLAND].values())).email.casefold()
        report = DeliveryReportValue(
            incoming_key="r",
            address=address,
            kind=DeliveryReportKind.FAILED,
            reported_at=now - dt.timedelta(hours=1),
        )
        delivery_reports.add(session, [report])


def a_municipality_without_address(services: Services, now: dt.datetime) -> None:
    with writing(services.engine) as session:
        for role, contact in standing_contacts(session)[FAXE].items():
            remove_contact(session, FAXE, role, contact.key, "", Stamp(now, "anna"))


def a_held_mail(services: Services, now: dt.datetime) -> None:
    with writing(services.engine) as session:
        key = outbox.list_mails(session, announcement_id=find(session, REF).id)[0].key
        outbox.finish(session, key, OutboxState.HELD, now, "afbrudt")


def a_letter(services: Services, now: dt.datetime) -> None:
    say(
        services,
        "submission",
        now.date() - dt.timedelta(days=1),
        on=now.date() - dt.timedelta(days=1),
    )


def a_launch_draft(services: Services, now: dt.datetime) -> None:
    keep_launch(services, new_name(), {"title": "Ny sag"}, 0, Stamp(now, "anna"))


def a_decision_taken_back(services: Services, now: dt.datetime) -> None:
    """As if nobody had written in what KKR decided on 8 April."""
    with writing(services.engine) as session:
        case = load(session, REF, now)
        (key,) = (one.key for one in case.decisions if one.step == "kkr")
        taking_back(REF, key, "skrevet i den forkerte sag", Stamp(now, "anna"))(session)


def a_question(services: Services, now: dt.datetime) -> None:
    asked = {"on": now.date(), "due_on": dt.date(2025, 5, 9), "number": 1}
    say(services, "question", now.date(), **asked)


def a_late_action(services: Services, now: dt.datetime) -> None:
    for due_on in (dt.date(2025, 5, 1), dt.date(2025, 4, 10)):  # the same point, with a new day
        say(services, "action", now.date(), number=1, title="Flere pladser", due_on=due_on)


def nothing(_: Services, __: dt.datetime) -> None:
    """It is so without anything being done."""


KINDS: dict[Waiting, tuple[Make, dt.date, str]] = {
    Waiting.TIME: (a_wish_for_time, DAY, "Faxe</strong> beder om at få til 18. juni"),
    Waiting.SEEN: (a_declared_decision, DAY, "Lolland</strong> har meldt godkendt 15. april"),
    Waiting.CONTACT: (a_new_contact, DAY, "Faxe</strong> melder en ny kontakt: Bo Prøve"),
    Waiting.REPLY: (a_reply, DAY, "Næstved</strong> har skrevet en mail"),
    Waiting.CHOICE: (two_answers, DAY, "Faxe</strong> har sendt 2 svar"),
    Waiting.SILENT: (nothing, dt.date(2025, 7, 1), "17 kommuner</strong> har haft møde, men ikke"),
    Waiting.MINUTES: (
        a_decision_taken_back,
        DAY,
        "KKR Sjælland</strong> havde møde 8. april, og beslutningen er ikke skrevet ind",
    ),
    Waiting.QUESTION: (a_question, DAY, "Styrelsen</strong> venter svar senest 9. maj"),
    Waiting.ACTION: (a_late_action, DAY, "Handleplanen</strong> har 1 punkt, der skulle være"),
    Waiting.SUBMISSION: (nothing, dt.date(2025, 5, 20), "skal sendes senest 31. maj"),
    Waiting.BOUNCED: (a_dead_address, DAY, "Lolland</strong> får ikke vores mails"),
    Waiting.UNREACHED: (a_municipality_without_address, DAY, "Faxe</strong> har ingen mailadresse"),
    Waiting.STUCK: (a_held_mail, DAY, "afsendelsen blev afbrudt"),
    Waiting.PAPERS: (nothing, dt.date(2025, 3, 10), "papirerne er ikke meldt sendt"),
    Waiting.REMINDER: (nothing, dt.date(2025, 6, 3), "skal rykkes med kopi til direktionen"),
    Waiting.LETTER: (a_letter, DAY, "ligger som udkast"),
    Waiting.DRAFT: (a_launch_draft, DAY, "Ny sag</strong> er en kladde"),
    Waiting.SETUP: (nothing, DAY, "«Hvem er I?» mangler"),
}
"""Each kind: what makes it wait, the day on which it does, and what its row says."""


@pytest.fixture
def councils(services: Services) -> Services:
    """The councils have the report, and are asked for their decision."""
    before_councils(services)
    advance(services, REF, clock.at(dt.date(2025, 4, 9)))
    return services


Person = Callable[..., Any]


def rows(html: str) -> list[str]:
    return re.findall(r"<li data-missing>.*?</li>", html, re.S)


def in_menu(html: str) -> int:
    found = re.search(r'class="own-count">(\d+)', html)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("kind", list(Waiting))
def test_what_waits_is_one_row_with_a_way_to_act_and_the_menu_counts_it(
    councils: Services, person: Person, kind: Waiting
) -> None:
    make, day, words = KINDS[kind]
    now = clock.at(day)
    anna = person(create_app(councils, lambda: now), "anna", Role.CASEWORKER)
    before = rows(anna.client.get("/").text)
    make(councils, now)
    html = anna.client.get("/?vis=Skal+ud+af+huset").text
    found = rows(html)
    assert len(found) == len(before) + (make is not nothing) or kind is Waiting.REMINDER
    assert in_menu(html) == len(found)
    assert in_menu(anna.client.get("/kontakter").text) == len(found)
    own = [row for row in found if words in row]
    assert len(own) == (17 if kind is Waiting.REMINDER else 1)
    assert all('class="button' in row for row in own)


def form_of(html: str, words: str) -> dict[str, str]:
    """The hidden fields of the form behind those words."""
    part = next(one for one in re.findall(r"<li.*?</li>", html, re.S) if words in one)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', part))


def send(browser: Any, path: str, data: dict[str, str]) -> str:
    """What the page says after that form."""
    answer = browser.client.post(path, data=data)
    assert answer.status_code == 303
    return str(browser.client.get(answer.headers["location"].partition("#")[0]).text)


@pytest.fixture
def anna(councils: Services, person: Person) -> Any:
    return person(create_app(councils, lambda: clock.at(DAY)), "anna", Role.CASEWORKER)


def test_time_is_given_with_the_mail_in_sight_and_taken_back_until_tonight(
    councils: Services, anna: Any
) -> None:
    a_wish_for_time(councils, clock.at(DAY))
    html = anna.client.get("/").text
    address = re.search(r'href="(/kraever-dig/tid[^"]+)"', html)
    assert address
    shown = anna.client.get(address[1].replace("&amp;", "&")).text
    assert "I har fået udsættelse til 18. juni 2025" in shown
    assert "Giv 18. juni og send mailen" in shown
    data = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown))
    given = send(anna, "/kraever-dig/tid", data)
    assert "Faxe har fået til 18. juni." in given
    assert in_menu(given) == in_menu(html) - 1
    again = send(anna, "/kraever-dig/tid", data)
    assert "Det venter ikke længere. Anna har svaret kl. 12.00" in again
    with reading(councils.engine) as session:
        assert len(load(session, REF, clock.at(DAY)).extensions) == 1

    data = form_of(given, "Fortryd")
    undone = send(anna, "/kraever-dig/fortryd", data)
    assert "Fortrudt: Faxe har fået til 18. juni." in undone
    assert in_menu(undone) == in_menu(html)
    assert "allerede taget" in send(anna, "/kraever-dig/fortryd", data)


def test_that_a_mail_has_gone_is_told_when_its_date_is_taken_back(
    councils: Services, anna: Any
) -> None:
    now = clock.at(DAY)
    a_wish_for_time(councils, now)
    answering.give_time(councils, REF, *waiting_keys(councils), Stamp(now, "Anna"))
    advance(councils, REF, now)
    deliver_waiting(councils, now, "prøve")
    told = send(anna, "/kraever-dig/fortryd", form_of(anna.client.get("/").text, "Fortryd"))
    assert "Mailen om 18. juni 2025 er sendt, så skriv til dem, at den ikke gælder." in told


def waiting_keys(services: Services) -> tuple[str]:
    with reading(services.engine) as session:
        case = load(session, REF, clock.at(DAY))
    return (next(note.key for note in case.milestones if "mere tid" in note.title),)


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        (Waiting.SEEN, "Dokumentationen fra Lolland er set."),
        (Waiting.CONTACT, "Den nye kontakt for Faxe er taget i brug."),
        (Waiting.PAPERS, "er sendt."),
        (Waiting.REPLY, "Den meldte dag er registreret."),
    ],
)
def test_a_row_is_answered_from_where_it_stands_and_taken_back(
    councils: Services, person: Person, kind: Waiting, done: str
) -> None:
    make, day, words = KINDS[kind]
    now = clock.at(day)
    browser = person(create_app(councils, lambda: now), "anna", Role.CASEWORKER)
    if kind is Waiting.REPLY:
        a_reply(councils, now, suggestion={"meaning": "announced_day", "on": "2025-05-27"})
        words = "skriver, at det kommer 27. maj"
    else:
        make(councils, now)
    html = browser.client.get("/").text
    answered = send(browser, "/kraever-dig/svar", form_of(html, words))
    assert done in answered
    assert in_menu(answered) == in_menu(html) - 1
    if kind is not Waiting.CONTACT:  # it is changed on the page of contacts
        undone = send(browser, "/kraever-dig/fortryd", form_of(answered, "Fortryd"))
        assert "Fortrudt" in undone
        assert words in undone
        assert in_menu(undone) == in_menu(html)


def test_who_comes_second_is_told_who_was_first(councils: Services, anna: Any) -> None:
    a_declared_decision(councils, clock.at(DAY))
    data = form_of(anna.client.get("/").text, "Lolland")
    key = data["noegle"]
    stamp = Stamp(clock.at(DAY), "Maja")
    answering.accept(councils, Waiting.SEEN, REF, key, stamp)
    told = send(anna, "/kraever-dig/svar", data)
    assert "Det venter ikke længere. Maja har svaret kl. 12.00: Lolland: dokumentationen" in told


def test_many_rows_are_folded_by_group_and_one_is_opened(councils: Services, anna: Any) -> None:
    now = clock.at(DAY)
    for town in ("Faxe", "Greve", "Guldborgsund", "Holbæk", "Kalundborg", "Køge", "Lejre"):
        a_wish_for_time(councils, now, town)
    for number in range(6):
        keep_launch(councils, f"k{number:08}", {"title": f"Ny {number}"}, 0, Stamp(now, "anna"))
    html = anna.client.get("/").text
    assert in_menu(html) == 14
    assert len(rows(html)) == 5 + 5 + 1
    assert "Vis alle 7" in html
    whole = anna.client.get("/?vis=Fra+kommunerne").text
    assert len(rows(whole)) == 7 + 5 + 1


def test_one_sees_ones_own_cases_and_what_lies_in_none(councils: Services, anna: Any) -> None:
    a_wish_for_time(councils, clock.at(DAY))
    html = anna.client.get("/").text
    assert "kun mine (1)" in html
    own = anna.client.get("/?mine=ja").text
    assert "beder om at få" not in own
    assert "«Hvem er I?» mangler" in own
    assert in_menu(own) == 2, "the menu counts what waits for all"


def test_nothing_waits_for_a_reader(councils: Services, person: Person) -> None:
    a_wish_for_time(councils, clock.at(DAY))
    rie = person(create_app(councils, lambda: clock.at(DAY)), "rie", Role.READER)
    html = rie.client.get("/").text
    assert "Kræver dig" not in html
    assert in_menu(html) == 0
    assert "sjældne" in html
    assert rie.client.get(f"/kraever-dig/tid?sag={REF}&noegle=x").status_code == 403


def test_a_quiet_day_says_so_and_what_comes_next(councils: Services, person: Person) -> None:
    app = create_app(councils, lambda: clock.at(DAY))
    app.state.demo_day = DAY  # nobody sets up a demo
    html = person(app, "anna", Role.CASEWORKER).client.get("/").text
    assert "Intet lige nu." in html
    assert "Det næste er" in html


def test_twenty_cases_and_all_that_can_wait_cost_forty_statements(
    councils: Services, person: Person
) -> None:
    clocks = [clock.at(DAY)]
    browser = person(create_app(councils, lambda: clocks[-1]), "anna", Role.CASEWORKER)
    launched(councils, 19)
    clocks.append(clock.at(KINDS[Waiting.REMINDER][1]))
    for make in {make for make, day, _ in KINDS.values() if day == DAY}:
        make(councils, clocks[-1])
    browser.sign_in("anna")
    browser.client.get("/")
    with statements(councils.engine) as sent:
        answer = browser.client.get("/")
    assert "Siden du var her 15. april" in answer.text
    assert in_menu(answer.text) > 20
    assert len(sent) <= 40
    assert len(answer.content) < 90_000


def launched(services: Services, count: int) -> None:
    for number in range(count):
        new = NewCase(
            reference=f"CU-NY-{number}",
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=DAY,
            particulars=NewParticulars(title=f"Sag {number}"),
            deadline=NewDeadline(due_on=dt.date(2026, 4, 1)),
        )
        with writing(services.engine) as session:
            launch_case(session, services.settings, new, Stamp(clock.at(DAY), "anna"))


def test_a_case_is_offered_to_be_closed_once_each_point_of_its_plan_is_done(
    councils: Services, person: Person
) -> None:
    with reading(councils.engine) as session:
        case = load(session, REF, clock.at(DAY))
    for party in (one.party for one in case.parties if one.is_asked and one.party.isdigit()):
        decided(councils, party, DAY)
    say(councils, "submission", DAY, on=DAY, submitted_by="styregruppen")
    say(councils, "verdict", DAY, on=DAY, verdict_outcome="supported")
    say(councils, "action", DAY, number=1, title="Flere pladser")
    now = clock.at(DAY, "13:00")
    anna = person(create_app(councils, lambda: now), "anna", Role.CASEWORKER)
    html = anna.client.get("/").text
    assert "1 af handleplanens punkter er ikke gjort." in html
    assert "Luk sagen" not in html
    row = re.search(r'href="([^"]+/registrer/handling\?[^"]*done_on=[^"]*)"', anna.client.get(
        f"/sager/{REF}").text)  # fmt: skip
    assert row
    assert 'value="Flere pladser"' in anna.client.get(row[1].replace("&amp;", "&")).text
    say(councils, "action", DAY, number=1, title="Flere pladser", done_on=DAY)
    assert "Luk sagen" in anna.client.get("/").text
