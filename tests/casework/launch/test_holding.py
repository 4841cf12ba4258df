"""A held case sends nothing and loses nothing; a draft is held until somebody starts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from models import MailKind, OutboxState
from tests.conftest import TwoCases
from tests.owning import that_sends, unpractised
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.holding import go_on, hold_case
from udmelding.casework.launch.preview import Wanted, launch_with_letter
from udmelding.casework.mail.coming import ComingMail, coming_in
from udmelding.casework.mail.delivery import MailFate, deliver_waiting
from udmelding.casework.mail.digests import gather
from udmelding.casework.mail.trial import MailNotTriedError
from udmelding.casework.wiring import Services
from udmelding.errors import DoubtfulError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.due import paused_cases
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

MINUTE = dt.timedelta(minutes=1)
HELD, FREE = TwoCases.references
DRAFT = "CU-KLADDE-2024"
WHY = "Der peges på en forkert folder: den prøver bare."


def mails(services: Services, reference: str) -> list[OutboxMail]:
    with reading(services.engine) as session:
        return outbox.list_mails(session, announcement_id=find(session, reference).id)


def coming(services: Services, reference: str, now: dt.datetime) -> Sequence[ComingMail]:
    with reading(services.engine) as session:
        header = find(session, reference)
        return coming_in(services, session, header, load(session, reference, now), now)


def states(services: Services, reference: str) -> set[OutboxState]:
    return {mail.state for mail in mails(services, reference) if mail.mail is not MailKind.NOTICE}


def hold(services: Services, now: dt.datetime, reference: str = HELD) -> None:
    hold_case(services, reference, "forkert bilag", Stamp(now, "anna"))


def test_while_a_case_is_held_its_written_mails_wait_and_those_of_other_cases_go(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    hold(services, now)
    deliver_waiting(services, now + MINUTE, "test")

    waiting = [m for m in mails(services, HELD) if m.state is OutboxState.PENDING]
    assert len(waiting) == 17, "nothing of the held case has left"
    sent = [m for m in mails(services, FREE) if m.created_at == now and m.party == two_cases.party]
    assert [mail.state for mail in sent] == [OutboxState.SENT]
    with reading(services.engine) as session:
        assert outbox.is_idle(session, now + MINUTE), "no sender is started for mails that wait"
        assert paused_cases(session) == ((HELD, "forkert bilag"),)


def test_a_gathered_mail_is_taken_apart_when_one_of_its_cases_is_held(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    gather(services, now)
    hold(services, now)
    deliver_waiting(services, now + MINUTE, "test")

    assert {m.state for m in mails(services, HELD) if m.created_at == now} == {
        OutboxState.PENDING,
        OutboxState.WITHDRAWN,  # the gathered mails, which stand under the first of their cases
    }
    own = [m for m in mails(services, HELD) if m.state is OutboxState.WITHDRAWN]
    assert {mail.mail for mail in own} == {MailKind.DIGEST}
    written = [m for m in mails(services, FREE) if m.created_at == now]
    assert {m.state for m in written} == {OutboxState.SENT}


def test_when_the_case_goes_on_what_is_still_wanted_is_sent_and_what_was_answered_is_not(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    hold(services, now)
    two_cases.answer(HELD, now + MINUTE)
    go_on(services, HELD, Stamp(now + 2 * MINUTE, "anna"))
    fates = deliver_waiting(services, now + 3 * MINUTE, "test")

    assert fates[MailFate.WITHDRAWN] == 1
    at = {m.party: m.state for m in mails(services, HELD) if m.created_at == now}
    assert at.pop(two_cases.party) is OutboxState.WITHDRAWN
    assert set(at.values()) == {OutboxState.SENT}


def test_the_list_of_a_held_case_names_what_is_written_and_what_would_be_written(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    hold(services, now)
    two_cases.answer(HELD, now + MINUTE)
    seen = coming(services, HELD, now + 2 * MINUTE)

    written = [mail for mail in seen if mail.is_written]
    assert len(written) == 17
    (answered,) = [mail for mail in written if mail.overtaken]
    assert (answered.party, answered.overtaken) == (
        two_cases.party,
        "modtageren har svaret i mellemtiden",
    )
    thanks = [mail for mail in seen if mail.mail is MailKind.THANKS]
    assert [(mail.name, mail.on) for mail in thanks] == [("Greve", now.date())]
    later = [mail for mail in seen if mail.on > now.date()]
    assert later, "the rungs to come are told too"
    assert all(not mail.is_written for mail in later)
    assert two_cases.party not in {mail.party for mail in later}, "whoever has answered is left out"


def test_what_waited_on_an_earlier_day_is_shown_as_it_was_then(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    hold(services, now)
    go_on(services, HELD, Stamp(now + MINUTE, "anna"))
    deliver_waiting(services, now + 2 * MINUTE, "test")

    then = [mail for mail in coming(services, HELD, now) if mail.is_written]
    assert len(then) == 17
    assert not [m for m in coming(services, HELD, now + 3 * MINUTE) if m.is_written]
    with reading(services.engine) as session:
        assert load(session, HELD, now).is_paused
        assert not load(session, HELD, now + MINUTE).is_paused


def test_a_case_is_held_once_and_only_for_a_reason(services: Services, two_cases: TwoCases) -> None:
    stamp = Stamp(two_cases.now, "anna")
    with pytest.raises(RefusedError, match="hvorfor"):
        hold_case(services, HELD, "  ", stamp)
    assert "Intet går ud" in hold_case(services, HELD, "forkert bilag", stamp)
    assert "i forvejen" in hold_case(services, HELD, "igen", stamp)
    assert "var ikke" in go_on(services, FREE, stamp)


@pytest.fixture
def draft(services: Services, two_cases: TwoCases) -> dt.datetime:
    """A case that was kept as a draft on a Tuesday."""
    now = two_cases.now
    new = TwoCases._new(DRAFT)
    launch_with_letter(services, Wanted(new), Stamp(now, "anna"), is_draft=True)
    return now + MINUTE


def test_the_list_of_a_draft_is_what_starting_it_sends_and_when(
    services: Services, draft: dt.datetime
) -> None:
    advance(services, DRAFT, draft)
    assert mails(services, DRAFT) == [], "a draft writes to nobody"
    seen = coming(services, DRAFT, draft)

    go_on(services, DRAFT, Stamp(draft, "anna", even_so=WHY))
    advance(services, DRAFT, draft)
    begun = {mail.key: mail.recipients for mail in mails(services, DRAFT)}
    at_once = {mail.key: list(mail.to) for mail in seen if mail.on == draft.date()}
    assert at_once == begun
    invited = [mail for mail in seen if mail.mail is MailKind.INVITATION]
    assert len(invited) == 17

    first = min(mail.on for mail in seen if mail.on > draft.date())
    promised = {m.key for m in seen if m.on == first and not m.awaits_release}
    day = draft.date()
    while day < first:
        day += dt.timedelta(days=1)
        advance(services, DRAFT, dt.datetime.combine(day, draft.timetz()))
    assert {m.key for m in mails(services, DRAFT) if m.created_at.date() == first} >= promised


def test_a_draft_is_started_only_with_a_reason_where_links_lead_nowhere(
    services: Services, draft: dt.datetime
) -> None:
    with pytest.raises(MailNotTriedError, match="skrives som filer"):
        go_on(unpractised(services), DRAFT, Stamp(draft, "anna", even_so=WHY))
    services = that_sends(services)
    with pytest.raises(DoubtfulError):
        go_on(services, DRAFT, Stamp(draft, "anna"))
    with reading(services.engine) as session:
        assert load(session, DRAFT, draft).is_draft
    assert go_on(services, DRAFT, Stamp(draft, "anna", even_so=WHY)) == "Sagen er startet."
