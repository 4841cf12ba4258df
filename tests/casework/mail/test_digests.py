"""Reminders that wait for the same person go out as one mail, and each case knows its own."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from models import MailKind, OutboxState
from tests.counting import statements
from tests.past import record_past
from udmelding.casework.mail.delivery import MailFate, deliver_waiting
from udmelding.casework.mail.digests import digest_key, gather, merge
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.standing import standings

pytestmark = pytest.mark.database


def files_to(services: Services, address: str) -> list[str]:
    """The bodies of the mails that a person really got, from the transport's folder."""
    found = []
    for path in sorted(Path(services.settings.mail.folder).rglob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if address in str(message["To"]):
            body = message.get_body(("plain",))
            assert body is not None
            found.append(str(message["Subject"]) + "\n" + body.get_content())
    return found


def test_two_reminders_to_one_person_go_out_as_one_mail(services: Services, two_cases: Any) -> None:
    now = two_cases.remind()
    (address,) = {r for m in two_cases.mails() for r in m.recipients}
    before = len(files_to(services, address))

    fates = deliver_waiting(services, now, "test")

    assert fates == {MailFate.AS_FILE: 17}, "one mail to each of the 17 municipalities"
    new = files_to(services, address)[before:]
    assert len(new) == 1
    assert all(reference in new[0] for reference in two_cases.references)
    assert "Påmindelse: 2 frister" in new[0]


def test_each_case_knows_that_its_own_reminder_was_sent(services: Services, two_cases: Any) -> None:
    deliver_waiting(services, two_cases.remind(), "test")
    with reading(services.engine) as session:
        for reference in two_cases.references:
            case = load(session, reference, two_cases.stamp.now + dt.timedelta(days=365))
            row = next(
                r
                for r in standings(case, two_cases.day)
                if (r.step.id, r.party.party) == ("collection", two_cases.party)
            )
            assert row.last_mail is not None
            assert row.last_mail.rung == "before-14"
            assert row.mails_sent == 2  # the invitation and this one
    assert two_cases.remind()  # asking again finds nothing to write
    assert not two_cases.mails(OutboxState.PENDING)


def test_the_mail_carries_the_links_of_the_parts_and_no_placeholder(
    services: Services, two_cases: Any
) -> None:
    now = two_cases.remind()
    gather(services, now)
    (digest,) = [m for m in two_cases.mails(with_links=True) if m.mail is MailKind.DIGEST]
    parts = two_cases.mails(OutboxState.MERGED, with_links=True)
    links = {word for m in parts for word in m.text.split() if "/k/" in word}
    assert len(parts) == 2
    assert "personligt-link" not in digest.text
    assert len(links) >= 2
    assert all(link.strip("().,") in digest.text for link in links)


def test_an_answer_after_gathering_takes_its_point_out_and_the_other_goes_alone(
    services: Services, two_cases: Any
) -> None:
    now = two_cases.remind()
    gather(services, now)
    two_cases.answer(two_cases.references[0], now)

    deliver_waiting(services, now + dt.timedelta(minutes=1), "test")

    states = {
        (m.mail, m.key.split("/")[0]): m.state
        for m in two_cases.mails()
        if m.rung in ("before-14", "digest")
    }
    assert states[MailKind.REMINDER_BEFORE, two_cases.references[0]] is OutboxState.WITHDRAWN
    assert states[MailKind.REMINDER_BEFORE, two_cases.references[1]] is OutboxState.SENT
    assert states[MailKind.DIGEST, two_cases.references[0]] is OutboxState.WITHDRAWN


def test_answers_to_everything_leave_nothing_to_send(services: Services, two_cases: Any) -> None:
    now = two_cases.remind()
    gather(services, now)
    for reference in two_cases.references:
        two_cases.answer(reference, now)
    deliver_waiting(services, now + dt.timedelta(minutes=1), "test")
    reminders = [m for m in two_cases.mails() if m.rung in ("before-14", "digest")]
    assert {m.state for m in reminders} == {OutboxState.WITHDRAWN}


def test_the_mails_of_fifteen_people_are_gathered_with_the_statements_of_one(
    services: Services, two_cases: Any
) -> None:
    now = two_cases.remind()
    with reading(services.engine) as session:
        waiting = outbox.list_mails(session, states=[OutboxState.PENDING], with_links=True)
    people: dict[str, list[OutboxMail]] = defaultdict(list)
    for mail in waiting:
        people[mail.party].append(mail)
    first, second, *others = people.values()

    costs: list[int] = []
    for groups in ([first], [second], others):
        with statements(services.engine) as sent, writing(services.engine) as session:
            assert merge(services, session, groups, now) == len(groups)
        costs.append(len(sent))

    assert len(others) == 15
    assert costs[1] == costs[2] == costs[0] - 1, "the first keeps the texts for all of them"
    with reading(services.engine) as session:
        parts = outbox.list_mails(session, states=[OutboxState.MERGED])
    assert {(x.party, x.merged_into) for x in parts} == {
        (party, digest_key([x.key for x in mails])) for party, mails in people.items()
    }


def test_gathering_twice_makes_no_second_mail(services: Services, two_cases: Any) -> None:
    now = two_cases.remind()
    assert gather(services, now) == 17
    assert gather(services, now) == 0


def test_the_parts_share_the_fate_of_their_mail(services: Services, two_cases: Any) -> None:
    now = two_cases.remind()
    gather(services, now)
    (digest,) = [m for m in two_cases.mails() if m.mail is MailKind.DIGEST]
    with writing(services.engine) as session:
        outbox.finish(session, digest.key, OutboxState.FAILED, now, "550 ukendt modtager")
    parts = [m for m in two_cases.mails() if m.merged_into == digest.key]
    assert [m.state for m in parts] == [OutboxState.FAILED] * 2
    with writing(services.engine) as session:
        outbox.resolve(session, parts[0].key, was_sent=False, now=now)
    again = {m.key: m.state for m in two_cases.mails()}
    assert again[digest.key] is OutboxState.PENDING
    assert {again[m.key] for m in parts} == {OutboxState.MERGED}


def test_a_switched_off_party_is_not_reminded_and_is_again_when_switched_on(
    services: Services, two_cases: Any
) -> None:
    stamp = Stamp(two_cases.stamp.now + dt.timedelta(days=1), "anna")
    off = {"step": "collection", "party": two_cases.party, "is_stopped": True, "reason": "aftalt"}
    record_past(services, two_cases.references[0], "chase_stop", off, stamp)
    deliver_waiting(services, two_cases.remind(), "test")
    sent = {m.key.split("/")[0] for m in two_cases.mails() if m.rung == "before-14"}
    assert sent == {two_cases.references[1]}

    record_past(
        services,
        two_cases.references[0],
        "chase_stop",
        {**off, "is_stopped": False},
        Stamp(two_cases.stamp.now + dt.timedelta(days=2), "anna"),
    )
    deliver_waiting(services, two_cases.remind(), "test")
    sent = {m.key.split("/")[0] for m in two_cases.mails() if m.rung == "before-14"}
    assert sent == set(two_cases.references)


def test_a_stop_with_a_last_day_ends_by_itself(services: Services, two_cases: Any) -> None:
    off = {
        "step": "collection",
        "party": two_cases.party,
        "is_stopped": True,
        "until": two_cases.day,
    }
    for reference in two_cases.references:
        record_past(services, reference, "chase_stop", off, two_cases.stamp)
    two_cases.remind()
    assert not [m for m in two_cases.mails() if m.rung == "before-14"]
    later = two_cases.day + dt.timedelta(days=1)
    while later.isoweekday() > 5:
        later += dt.timedelta(days=1)
    two_cases.remind(later)
    assert len([m for m in two_cases.mails() if m.rung == "before-14"]) == 2
