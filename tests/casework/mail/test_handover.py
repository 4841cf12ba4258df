"""A contact leaves, and all that is open goes over to another: nothing is lost, nothing doubled."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from models import ContactRole, MailKind, OutboxState
from tests.conftest import TwoCases
from udmelding.casework.access.links import link_for, open_link, share
from udmelding.casework.launch.holding import hold_case
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.digests import gather
from udmelding.casework.mail.handover import HandedOver, Wish, hand_over, plan_of
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.access.party_links import last_turns, links_of_party
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue, load_contacts, put_contact
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

MINUTE = dt.timedelta(minutes=1)
GREVE, FAXE = TwoCases.party, "0320"
NEW = "bo@greve.example"


def leaving(services: Services, now: dt.datetime, party: str = GREVE) -> ContactValue:
    with reading(services.engine) as session:
        return load_contacts(session, now)[party][0]


def wish(services: Services, now: dt.datetime) -> Wish:
    old = leaving(services, now).email
    return Wish(party=GREVE, leaving=old, name="Bo Eksempel", email=NEW)


def handed_over(services: Services, now: dt.datetime) -> HandedOver:
    return hand_over(services, wish(services, now), Stamp(now, "anna"))


def to_greve(services: Services, kind: MailKind | None = None) -> list[OutboxMail]:
    with reading(services.engine) as session:
        found = outbox.list_mails(session, with_links=True)
    return [m for m in found if m.party == GREVE and kind in (None, m.mail)]


def secrets(mail: OutboxMail) -> list[str]:
    return re.findall(r"/k/([\w-]{40,})", mail.text)


def test_the_new_contact_gets_one_mail_with_every_open_matter_its_link_and_its_date(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.now
    done = handed_over(services, now)
    (mail,) = to_greve(services, MailKind.HANDOVER)

    assert mail.key == done.mail
    assert (mail.recipients, mail.state) == ([NEW], OutboxState.PENDING)
    assert [one.reference for one in done.plan.matters] == list(two_cases.references)
    for one in done.plan.matters:
        assert one.wanted == "det samlede svar"
        assert one.due_on is not None
        assert one.reference in mail.text
    opened = [open_link(services, secret, now) for secret in secrets(mail)]
    assert [o.case.reference for o in opened if o] == list(two_cases.references)
    assert "Greve Kommune har fået ny kontakt" in mail.text.replace("\n", " ")


def test_the_contact_is_superseded_and_the_day_before_still_shows_the_one_who_left(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.now
    old = leaving(services, now - MINUTE)
    handed_over(services, now)
    assert leaving(services, now - MINUTE) == old
    assert leaving(services, now) == ContactValue(
        party=GREVE, role=old.role, name="Bo Eksempel", email=NEW
    )


def test_the_links_of_the_one_who_leaves_are_closed_with_those_made_from_them_and_no_others(
    services: Services, two_cases: TwoCases
) -> None:
    now, reference = two_cases.now, two_cases.references[0]
    old = leaving(services, now)
    with writing(services.engine) as session:
        say = {"by": "anna", "now": now}
        own = link_for(services, session, reference, GREVE, made_for=f"A <{old.email}>", **say)
        other = link_for(services, session, reference, GREVE, made_for="en kollega", **say)
    own, other = own.rpartition("/")[2], other.rpartition("/")[2]
    opened = open_link(services, own, now)
    assert opened is not None
    child = share(services, opened, made_for="Eva", by="Greve", now=now).rpartition("/")[2]

    plan = plan_of(services, wish(services, now), now)
    assert len(plan.links) == 3, "one of each invitation, and the one that was made by hand"
    assert [link.made_for for _, link in plan.below] == ["Eva"]
    handed_over(services, now)
    assert open_link(services, own, now) is None
    assert open_link(services, child, now) is None
    assert open_link(services, other, now) is not None
    with reading(services.engine) as session:
        turn = last_turns(session, [opened.link.id])[opened.link.id]
    assert (turn.is_open, turn.by) == (False, "anna")


def test_mails_that_wait_go_to_the_new_contact_with_their_links_and_nobody_gets_two(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    old = leaving(services, now)
    before = {m.key for m in to_greve(services)}
    handed_over(services, now)
    waiting = [m for m in to_greve(services) if m.state is OutboxState.PENDING]
    assert {tuple(m.recipients) for m in waiting} == {(NEW,)}
    for mail in waiting:
        assert mail.text.startswith("Til Bo Eksempel\n")
        assert f">Til {old.name}<" not in mail.html
        assert all(open_link(services, secret, now) for secret in secrets(mail))
    assert {m.key for m in to_greve(services, None)} - before == {
        to_greve(services, MailKind.HANDOVER)[0].key
    }
    deliver_waiting(services, now + MINUTE, "test")
    gone = [m for m in to_greve(services) if m.created_at == now]
    assert {m.state for m in gone} == {OutboxState.SENT}
    assert {tuple(m.recipients) for m in gone} == {(NEW,)}


def test_a_gathered_mail_that_waits_goes_to_the_new_contact_as_one(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    gather(services, now)
    handed_over(services, now)
    (whole,) = to_greve(services, MailKind.DIGEST)
    assert (whole.state, whole.recipients) == (OutboxState.PENDING, [NEW])
    assert len(secrets(whole)) == 2
    assert all(open_link(services, secret, now) for secret in secrets(whole))


def test_a_gathered_mail_that_is_about_another_municipality_too_is_taken_apart(
    services: Services, two_cases: TwoCases
) -> None:
    old = leaving(services, two_cases.now)
    shared = ContactValue(party=FAXE, role=ContactRole.COORDINATOR, name=old.name, email=old.email)
    with writing(services.engine) as session:
        put_contact(session, shared, Stamp(two_cases.now, "anna"))
    now = two_cases.remind()
    gather(services, now)
    done = handed_over(services, now)
    assert done.plan.elsewhere == ("Faxe",)
    deliver_waiting(services, now + MINUTE, "test")
    with reading(services.engine) as session:
        found = [m for m in outbox.list_mails(session) if m.created_at >= now]
    reminders = [m for m in found if m.mail is MailKind.REMINDER_BEFORE]
    assert {tuple(m.recipients) for m in reminders if m.party == GREVE} == {(NEW,)}
    assert {tuple(m.recipients) for m in reminders if m.party == FAXE} == {(old.email,)}
    assert {m.state for m in reminders} == {OutboxState.SENT}


@pytest.mark.parametrize("state", [OutboxState.HELD, OutboxState.FAILED])
@pytest.mark.parametrize("is_gathered", [False, True])
def test_mails_that_are_held_or_refused_are_written_anew_and_what_was_tried_stays_as_it_was(
    services: Services, two_cases: TwoCases, state: OutboxState, is_gathered: bool
) -> None:
    now = two_cases.remind()
    old = leaving(services, now).email
    if is_gathered:
        gather(services, now)
    with writing(services.engine) as session:
        for mail in [m for m in to_greve(services) if m.created_at == now and not m.merged_into]:
            outbox.finish(session, mail.key, state, now, "Serveren svarede ikke.")
    sent = [m.key for m in to_greve(services) if m.state is OutboxState.SENT]

    plan = handed_over(services, now).plan

    assert len(plan.stuck) == 2
    assert not plan.mails
    found = {m.key: m for m in to_greve(services)}
    for tried in plan.stuck:
        laid_aside, anew = found[tried.key], found[f"{tried.key}/again-1"]
        assert (laid_aside.state, laid_aside.recipients) == (OutboxState.WITHDRAWN, [old])
        assert laid_aside.outcome.startswith("Serveren svarede ikke. Skrevet igen til")
        assert (anew.state, anew.recipients) == (OutboxState.PENDING, [NEW])
        assert anew.text.startswith("Til Bo Eksempel\n")
        assert [bool(open_link(services, one, now)) for one in secrets(anew)] == [True]
        assert not secrets(laid_aside)
    if is_gathered:
        whole = next(m for m in found.values() if m.mail is MailKind.DIGEST)
        assert whole.state is OutboxState.WITHDRAWN
    assert all(found[key].recipients == [old] for key in sent)
    deliver_waiting(services, now + MINUTE, "test")
    gone = [m for m in to_greve(services) if m.created_at == now and m.state is OutboxState.SENT]
    assert {tuple(m.recipients) for m in gone} == {(NEW,)}
    assert (
        plan_of(services, replace(wish(services, now), email="eva@greve.example"), now).stuck == ()
    )


def test_a_refused_mail_that_nobody_wants_any_more_is_not_written_anew(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    with writing(services.engine) as session:
        for mail in [m for m in to_greve(services) if m.created_at == now]:
            outbox.finish(session, mail.key, OutboxState.FAILED, now, "afvist")
    two_cases.answer(two_cases.references[0], now)

    (left,) = plan_of(services, wish(services, now), now).stuck

    assert left.key.startswith(two_cases.references[1])


def test_of_a_held_case_the_new_contact_is_told_nothing_before_it_goes_on(
    services: Services, two_cases: TwoCases
) -> None:
    now, held = two_cases.now, two_cases.references[0]
    hold_case(services, held, "forkert bilag", Stamp(now, "anna"))
    done = handed_over(services, now + MINUTE)
    assert done.plan.held == (held,)
    (mail,) = to_greve(services, MailKind.HANDOVER)
    assert held not in mail.text
    assert mail.key.startswith(two_cases.references[1])


def test_whoever_gets_copies_only_hands_over_the_role_and_gets_no_mail(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.now
    director = ContactValue(
        party=GREVE, role=ContactRole.DIRECTOR, name="Direktøren", email="dir@greve.example"
    )
    with writing(services.engine) as session:
        put_contact(session, director, Stamp(now, "anna"))
    asked = Wish(party=GREVE, leaving=director.email, name="Bo Eksempel", email=NEW)
    done = hand_over(services, asked, Stamp(now + MINUTE, "anna"))
    assert done.mail == ""
    assert to_greve(services, MailKind.HANDOVER) == []


def test_what_cannot_be_handed_over_changes_nothing(
    services: Services, two_cases: TwoCases
) -> None:
    now, stamp = two_cases.now, Stamp(two_cases.now, "anna")
    asked = wish(services, now)
    with pytest.raises(RefusedError, match="den samme"):
        plan_of(
            services, Wish(party=GREVE, leaving=asked.leaving, name="Bo", email=asked.leaving), now
        )
    with pytest.raises(RefusedError, match="ikke kontakt her"):
        plan_of(services, Wish(party=GREVE, leaving="x@y.example", name="Bo", email=NEW), now)
    with pytest.raises(RefusedError, match="Noget er ændret"):
        hand_over(services, asked, stamp, seen="noget andet")
    assert to_greve(services, MailKind.HANDOVER) == []
    seen = plan_of(services, asked, now).seen
    hand_over(services, asked, stamp, seen)
    with pytest.raises(RefusedError, match="ikke kontakt her"):
        hand_over(services, asked, stamp, seen)
    assert len(to_greve(services, MailKind.HANDOVER)) == 1, "pressed twice, done once"
    with reading(services.engine) as session:
        own = [x for x in links_of_party(session, GREVE) if x.made_for == NEW]
    assert len(own) == 2
