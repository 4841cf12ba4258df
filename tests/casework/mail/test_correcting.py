"""A correction goes to exactly those who got the wrong mail, once, in the thread of that mail."""

from __future__ import annotations

import datetime as dt

import pytest

from models import MailKind, OutboxState
from tests.casework.inbox.test_receiving import bounce
from tests.conftest import TwoCases
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.launch.holding import go_on, hold_case
from udmelding.casework.mail.correcting import Corrigible, Round, correct, look_at_round, rounds
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.message import message_of
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.rules.files.cpr_gate import CprRefusedError

pytestmark = pytest.mark.database

MINUTE = dt.timedelta(minutes=1)
REF = TwoCases.references[0]
WRONG, RIGHT = "Bilaget var fra en tidligere sag.", "Brug spørgsmålene på jeres egen side."


def mails(services: Services, kind: MailKind) -> list[OutboxMail]:
    with reading(services.engine) as session:
        found = outbox.list_mails(session, announcement_id=find(session, REF).id)
    return [mail for mail in found if mail.mail is kind]


def newest(services: Services, kind: MailKind, now: dt.datetime) -> Round:
    with reading(services.engine) as session:
        found = rounds(session, find(session, REF), now)
    return next(one for one in found if one.kind is kind)


def seen(services: Services, one: Round, now: dt.datetime) -> Corrigible:
    with reading(services.engine) as session:
        header = find(session, REF)
        return look_at_round(session, header, load(session, REF, now), one.id, now)


def corrected(services: Services, one: Round, now: dt.datetime) -> tuple[str, ...]:
    return correct(services, REF, one.id, WRONG, RIGHT, Stamp(now, "anna"))


def finish(services: Services, key: str, state: OutboxState, now: dt.datetime) -> None:
    with writing(services.engine) as session:
        outbox.finish(session, key, state, now, "prøve")


@pytest.fixture
def invited(services: Services, two_cases: TwoCases) -> Round:
    """The seventeen invitations of a case, all sent."""
    found = newest(services, MailKind.INVITATION, two_cases.now)
    assert (found.sent_on, found.count) == (TwoCases.stamp.now.date(), 17)
    return found


def test_all_who_got_the_wrong_mail_get_one_correction_in_its_thread(
    services: Services, two_cases: TwoCases, invited: Round
) -> None:
    now = two_cases.now
    keys = corrected(services, invited, now)
    deliver_waiting(services, now + MINUTE, "test", only=keys)

    wrong = {mail.party: mail for mail in mails(services, MailKind.INVITATION)}
    made = mails(services, MailKind.CORRECTION)
    assert {mail.key for mail in made} == set(keys)
    assert {mail.party for mail in made} == set(wrong)
    for mail in made:
        first = wrong[mail.party]
        assert mail.recipients == first.recipients
        assert mail.state is OutboxState.SENT
        assert message_of(services, mail)["In-Reply-To"] == first.message_id
        assert WRONG in mail.text
        assert RIGHT in mail.text
        assert mail.subject == f"[{REF}] Rettelse: {first.subject.removeprefix(f'[{REF}] ')}"


def test_whoever_did_not_get_the_wrong_mail_gets_no_correction(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    waiting = mails(services, MailKind.REMINDER_BEFORE)
    pulled, refused, back, late = waiting[:4]
    finish(services, pulled.key, OutboxState.WITHDRAWN, now)
    finish(services, refused.key, OutboxState.FAILED, now)
    deliver_waiting(services, now, "test", only=[m.key for m in waiting if m.key != late.key])
    assert receive_one(services, bounce(back, back.recipients[0]), now + MINUTE) is not None

    one = newest(services, MailKind.REMINDER_BEFORE, now + MINUTE)
    found = seen(services, one, now + MINUTE)
    left_out = {mail.party for mail in (pulled, refused, back, late)}
    assert {x.mail.party for x in found.receivers} == {m.party for m in waiting} - left_out
    assert {why for _, why in found.others} == {
        "trukket tilbage", "afvist", "kom retur", "skrevet"
    }  # fmt: skip
    keys = corrected(services, one, now + MINUTE)
    assert len(keys) == len(waiting) - 4


def test_a_correction_is_sent_once_and_again_only_to_those_whose_wrong_mail_went_since(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    waiting = mails(services, MailKind.REMINDER_BEFORE)
    late = waiting[0]
    deliver_waiting(services, now, "test", only=[m.key for m in waiting[1:]])
    one = newest(services, MailKind.REMINDER_BEFORE, now)
    assert len(corrected(services, one, now)) == 16
    with pytest.raises(RefusedError, match="har fået rettelsen"):
        corrected(services, one, now + MINUTE)

    deliver_waiting(services, now + MINUTE, "test", only=[late.key])
    (key,) = corrected(services, one, now + 2 * MINUTE)
    (added,) = [mail for mail in mails(services, MailKind.CORRECTION) if mail.key == key]
    assert added.recipients == late.recipients


def test_the_correction_of_a_part_goes_in_the_thread_of_the_mail_that_really_went(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    deliver_waiting(services, now, "test")  # gathered: one mail on both cases to each person
    one = newest(services, MailKind.REMINDER_BEFORE, now)
    corrected(services, one, now + MINUTE)
    (made,) = [m for m in mails(services, MailKind.CORRECTION) if m.party == two_cases.party]
    (part,) = [m for m in mails(services, MailKind.REMINDER_BEFORE) if m.party == two_cases.party]
    assert part.merged_into is not None
    with reading(services.engine) as session:
        assert made.thread_id == outbox.get(session, part.merged_into).message_id


def test_a_correction_in_a_held_case_waits_with_everything_else(
    services: Services, two_cases: TwoCases, invited: Round
) -> None:
    now = two_cases.now
    hold_case(services, REF, "forkert bilag", Stamp(now, "anna"))
    keys = corrected(services, invited, now)
    deliver_waiting(services, now + MINUTE, "test")
    assert {m.state for m in mails(services, MailKind.CORRECTION)} == {OutboxState.PENDING}
    go_on(services, REF, Stamp(now + MINUTE, "anna"))
    deliver_waiting(services, now + 2 * MINUTE, "test", only=keys)
    assert {m.state for m in mails(services, MailKind.CORRECTION)} == {OutboxState.SENT}


def test_a_correction_says_both_things_and_no_cpr_number(
    services: Services, two_cases: TwoCases, invited: Round
) -> None:
    stamp = Stamp(two_cases.now, "anna")
    with pytest.raises(RefusedError, match="både"):
        correct(services, REF, invited.id, WRONG, " ", stamp)
    with pytest.raises(CprRefusedError):
        correct(services, REF, invited.id, "Det gælder 010190-1234.", RIGHT, stamp)
    with pytest.raises(NotFoundError):
        correct(services, REF, "invitation 1999-01-01", WRONG, RIGHT, stamp)
    assert mails(services, MailKind.CORRECTION) == []
