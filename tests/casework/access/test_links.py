"""Links are for their receiver: in no stored mail that has gone, on no page, in no answer."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import models
from models import OutboxState
from tests.casework.inbox.test_receiving import reply
from tests.conftest import TwoCases
from tests.owning import that_limits_links
from tests.past import record_past
from udmelding.casework.access import links
from udmelding.casework.access.links import Opened, link_for, open_link, share
from udmelding.casework.case.as_json import mail_values
from udmelding.casework.desk.search import search
from udmelding.casework.exchange.transfer import export_case
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.mail.delivery import MailFate, deliver_waiting
from udmelding.casework.mail.digests import gather
from udmelding.casework.mail.fresh_links import resolve
from udmelding.casework.papers.records_package import records_package
from udmelding.casework.parties.declarations import declare
from udmelding.casework.webhooks.setup import add_webhook
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, OutsideError, RefusedError
from udmelding.journal.access.party_links import LinkValue, last_turns, links_of, turn_links
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.case.log import log
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import incoming
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import SentMail, sent_mail
from udmelding.journal.parties import load_contacts
from udmelding.journal.recording.record import retract
from udmelding.journal.report.reader_links import find_reader_link, make_reader_link
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.rules.access.links import AFTER_CLOSING, MOST_MADE_FROM_ONE, has_sign

pytestmark = pytest.mark.database

LINK = re.compile(r"/([kb])/([\w-]{40,})")
MINUTE = dt.timedelta(minutes=1)


def secrets_in(*mails: OutboxMail) -> set[str]:
    texts = [text for mail in mails for text in (mail.text, mail.html)]
    return {secret for text in texts for _, secret in LINK.findall(text)}


def raw(services: Services, *states: OutboxState) -> list[OutboxMail]:
    """The mails as they are stored."""
    with reading(services.engine) as session:
        return outbox.list_mails(session, states=states, with_links=True)


def stored(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.glob("udmelding.db*"))


def is_sqlite(services: Services) -> bool:
    return services.engine.dialect.name == "sqlite"


def handed_over(services: Services) -> str:
    """What the receivers have got, all of it."""
    files = services.settings.mail.folder.rglob("*.eml")
    mails = [BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in files]
    return "\n".join(mail.get_body(("plain",)).get_content() for mail in mails)  # type: ignore[union-attr]


def assert_works(services: Services, secret: str, now: dt.datetime) -> Opened:
    opened = open_link(services, secret, now)
    assert opened is not None
    return opened


def test_what_is_stored_holds_no_secret_of_a_mail_that_has_gone(
    services: Services, two_cases: TwoCases, home: Path
) -> None:
    now = two_cases.remind()
    gather(services, now)
    waiting = raw(services, OutboxState.PENDING, OutboxState.MERGED)
    kept = secrets_in(*waiting)
    assert len(kept) > 20
    assert {mail.state for mail in waiting} == {OutboxState.PENDING, OutboxState.MERGED}
    assert_works(services, next(iter(kept)), now)

    deliver_waiting(services, now, "test")

    assert {mail.state for mail in raw(services)} == {OutboxState.SENT}
    assert secrets_in(*raw(services)) == set()
    assert all(secret in handed_over(services) for secret in kept), "the mails carry them"
    assert_works(services, next(iter(kept)), now)
    if is_sqlite(services):
        bytes_of_it = stored(home)
        assert not [secret for secret in kept if secret.encode() in bytes_of_it]


def test_a_sent_mail_still_says_which_link_it_carried(
    services: Services, two_cases: TwoCases
) -> None:
    (sent, *_) = two_cases.mails(OutboxState.SENT)
    with reading(services.engine) as session:
        case_links = links_of(session, find(session, two_cases.references[0]).id)
    (own,) = [link for link in case_links if link.mail_key == sent.key]
    assert f"[personligt link nr. {own.id}]" in sent.text
    assert f"[personligt link nr. {own.id}]" in sent.html


@dataclass
class Refusing:
    """A mail server that refuses everybody for good."""

    answer: Exception

    def deliver(self, *_: Any) -> Any:
        raise self.answer

    def has_taken(self, *_: Any) -> bool | None:
        return None


def refusing(services: Services) -> Services:
    error = OutsideError("550 ukendt modtager", is_temporary=False)
    return replace(services, transport=Refusing(error))  # type: ignore[arg-type]


@pytest.mark.parametrize("is_gathered", [True, False])
def test_a_refused_mail_holds_no_link_and_goes_again_with_fresh_ones(
    services: Services, two_cases: TwoCases, *, is_gathered: bool
) -> None:
    now = two_cases.remind()
    if is_gathered:
        gather(services, now)
    own = [m for m in raw(services, OutboxState.PENDING) if m.party == two_cases.party]
    mails = [m for m in own if is_gathered or m.key.startswith(two_cases.references[0])]
    old = secrets_in(*mails)
    keys = [mail.key for mail in mails]
    assert old
    assert deliver_waiting(refusing(services), now, "test", only=keys)[MailFate.FAILED] == len(keys)
    assert secrets_in(*raw(services, OutboxState.FAILED)) == set()

    for key in keys:
        resolve(services, key, now + MINUTE, was_sent=False, by="anna")
    assert deliver_waiting(services, now + MINUTE, "test", only=keys)[MailFate.AS_FILE] == len(keys)

    with reading(services.engine) as session:
        again = [outbox.get(session, key, with_links=True) for key in keys]
    assert secrets_in(*again) == set()
    got = handed_over(services)
    fresh = {secret for _, secret in LINK.findall(got)} - old
    sent = [part for part in got.split("\n") if "[personligt link" in part]
    assert sent == [], "no mail goes out with a sign in place of its link"
    assert len([s for s in fresh if is_of_greve(services, s, now + MINUTE)]) >= len(old)


def is_of_greve(services: Services, secret: str, now: dt.datetime) -> bool:
    opened = open_link(services, secret, now)
    return opened is not None and opened.party.party == TwoCases.party


def test_a_refused_mail_that_waits_again_by_whichever_way_goes_with_a_fresh_link(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    mail = next(m for m in raw(services, OutboxState.PENDING) if m.party == two_cases.party)
    deliver_waiting(refusing(services), now, "test", only=[mail.key])
    with writing(services.engine) as session:
        outbox.resolve(session, mail.key, was_sent=False, now=now)
    deliver_waiting(services, now, "test", only=[mail.key])
    folder = services.settings.mail.folder
    newest = max(folder.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns).read_bytes()
    text = BytesParser(policy=policy.default).parsebytes(newest).get_body(("plain",))
    ((_, secret),) = set(LINK.findall(text.get_content()))  # type: ignore[union-attr]
    assert secret not in secrets_in(mail)
    assert is_of_greve(services, secret, now)


def test_a_held_mail_keeps_its_link_until_a_person_has_decided_and_shows_it_to_nobody(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    mail = next(m for m in raw(services, OutboxState.PENDING) if m.party == two_cases.party)
    (secret,) = secrets_in(mail)
    with writing(services.engine) as session:
        outbox.finish(session, mail.key, OutboxState.HELD, now, "ingen ved det")
    assert secrets_in(*raw(services, OutboxState.HELD)) == {secret}
    asked = SentMail(first=now.date(), last=now.date())
    with reading(services.engine) as session:
        for words, count in ((secret, 0), (secret[5:20], 0), ("/k/", 0), ("frist", 1)):
            found, shown = sent_mail(session, replace(asked, words=words), 50, 1)
            assert found == count, words
            assert secrets_in(*shown) == set()
    with writing(services.engine) as session:
        outbox.finish(session, mail.key, OutboxState.WITHDRAWN, now, "")
    assert secrets_in(*raw(services, OutboxState.WITHDRAWN)) == set()


@pytest.fixture
def shown(services: Services, two_cases: TwoCases) -> tuple[set[str], dt.datetime]:
    return written_everywhere(services, two_cases)


def written_everywhere(services: Services, two_cases: TwoCases) -> tuple[set[str], dt.datetime]:
    """Every secret that stands in mails of both kinds that wait or are held, and the moment.

    Somebody has also written one into a fact, and a webhook is told of that.
    """
    now, reference = two_cases.remind(), two_cases.references[0]
    add_webhook(services, name="Andre", url="https://andre.example/", events=[], by="a", now=now)
    waiting = raw(services, OutboxState.PENDING)
    pasted = next(iter(secrets_in(waiting[0])))
    with writing(services.engine) as session:
        header = find(session, reference)
        reader = make_reader_link(
            session, announcement_id=header.id, round_number=1, reader="l@laeser.example",
            now=now, lasting=dt.timedelta(days=9),
        )  # fmt: skip
        url = f"{services.settings.web.url}/b/{reader}"
        text = f"{waiting[0].text}\n{url}"
        outbox.rewrite(session, waiting[0].with_words(text, f'<a href="{url}">{url}</a>'))
        outbox.finish(session, waiting[1].key, OutboxState.HELD, now, "ingen ved det")
    said = {"on": now.date(), "title": f"Se {services.settings.web.url}/k/{pasted}"}
    stamp = Stamp(now, "anna")
    record_past(services, reference, "milestone", {**said, "milestone_kind": "note"}, stamp)
    known = secrets_in(*raw(services, OutboxState.PENDING, OutboxState.HELD))
    assert reader in known
    assert len(known) > 20
    return known, now


def test_no_search_finds_a_secret_and_no_export_tells_one(
    services: Services, two_cases: TwoCases, shown: tuple[set[str], dt.datetime]
) -> None:
    known, now = shown
    reference = two_cases.references[0]
    for secret in sorted(known)[:5]:
        assert not any(search(services, (secret,), now).values())
    told: list[str] = [repr(search(services, ("frist",), now)), json.dumps(
        export_case(services, reference))]  # fmt: skip
    with reading(services.engine) as session:
        mails = outbox.list_mails(session)
        told += [json.dumps(mail_values(mail, whole=True)) for mail in mails]
        told += [line.text + line.source for line in log(session, find(session, reference), now)]
        table = table_of(models.WebhookDelivery)
        bodies = list(session.execute(sa.select(table.c.body)).scalars())
    assert any("Se [personligt link]" in body for body in bodies)
    assert any("[personligt link]" in text for text in told)
    for text in (*told, *bodies):
        assert not [secret for secret in known if secret in text]
    deliver_waiting(services, now, "test")
    with records_package(services, reference, now).file as file:
        package = file.read()
    for text in texts_in(package):
        assert not [secret for secret in known if secret in text]


def texts_in(package: bytes) -> Iterator[str]:
    """All that can be read in the files of a records package."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            yield content.decode("utf-8", errors="replace")
            if name.endswith(".eml"):
                for part in BytesParser(policy=policy.default).parsebytes(content).walk():
                    if part.get_content_maintype() == "text":
                        yield part.get_content()


def test_a_reply_that_quotes_its_link_is_stored_without_it(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    mail = next(m for m in raw(services, OutboxState.PENDING) if m.party == two_cases.party)
    came = receive_one(services, reply(mail, f"Tak.\n\n> {mail.text}"), now)
    assert came is not None
    with reading(services.engine) as session:
        kept = incoming.get(session, came.key)
    assert has_sign(kept.text)
    assert not LINK.search(kept.text + kept.own_text)


# --- what came through a link names it ---


def made(
    services: Services, reference: str, now: dt.datetime, made_for: str, party: str = TwoCases.party
) -> str:
    with writing(services.engine) as session:
        url = link_for(services, session, reference, party, by="anna", now=now, made_for=made_for)
    return url.rpartition("/")[2]


def test_two_links_of_one_municipality_are_told_apart_in_the_log_and_by_no_secret(
    services: Services, two_cases: TwoCases
) -> None:
    now, reference = two_cases.remind(), two_cases.references[0]
    mail = next(
        m
        for m in raw(services, OutboxState.PENDING)
        if m.party == two_cases.party and m.key.startswith(reference)
    )
    (sent,) = secrets_in(mail)
    deliver_waiting(services, now, "test")
    given = made(services, reference, now, "social@greve.example")
    keys = []
    for number, secret in enumerate((sent, given)):
        opened = assert_works(services, secret, now)
        url = f"{services.settings.web.url}/k/{secret}"
        said = {"on": now.date(), "title": f"Nr {number} {url}", "milestone_kind": "note"}
        declare(services, opened, [("milestone", said)], now)
        with reading(services.engine) as session:
            notes = load(session, reference, now).milestones
        keys.append(next(note for note in notes if note.title.startswith(f"Nr {number} ")))
    with reading(services.engine) as session:
        lines = {line.key: line for line in log(session, find(session, reference), now)}
    first, second = (lines[note.key] for note in keys)
    assert first.by == second.by == "Greve via personligt link"
    day = f"{now.day}. {_MONTHS[now.month]} {now.year}"
    numbers = [assert_works(services, secret, now).link.id for secret in (sent, given)]
    assert (
        first.source
        == f"personligt link nr. {numbers[0]} til {mail.recipients[0]}, skrevet som fil {day}"
    )
    assert second.source == (
        f"personligt link nr. {numbers[1]} til social@greve.example, lavet {day}"
    )
    assert not any(secret in repr(lines) for secret in (sent, given))


_MONTHS = {8: "august", 9: "september", 10: "oktober"}


# --- other cases ---


def test_a_contact_goes_on_to_its_other_open_case_and_a_colleague_does_not(
    services: Services, two_cases: TwoCases
) -> None:
    now, (first, second) = two_cases.now, two_cases.references
    with reading(services.engine) as session:
        (contact, *_) = load_contacts(session, now)["0253"]
    own = assert_works(services, made(services, first, now, contact.email), now)
    assert [case.reference for case in links.other_matters(services, own, now)] == [second]
    address = links.link_to_other(services, own, second, by="Greve via personligt link", now=now)
    there = assert_works(services, address.rpartition("/")[2], now)
    assert (there.case.reference, there.party.party) == (second, "0253")
    assert there.link.made_for == contact.email
    colleague = assert_works(services, shared(services, secret_of(address), now), now)
    stranger = assert_works(services, made(services, first, now, "Bo"), now)
    for opened in (colleague, stranger):
        assert links.other_matters(services, opened, now) == ()
        with pytest.raises(NotFoundError):
            links.link_to_other(services, opened, first, by="x", now=now)


def secret_of(address: str) -> str:
    return address.rpartition("/")[2]


# --- links made from links ---


@pytest.fixture
def parent(services: Services, two_cases: TwoCases) -> tuple[str, dt.datetime]:
    now = two_cases.now
    return made(services, two_cases.references[0], now, "koordinator"), now


def shared(services: Services, secret: str, now: dt.datetime, made_for: str = "Bo") -> str:
    opened = assert_works(services, secret, now)
    address = share(services, opened, made_for=made_for, by="Greve via personligt link", now=now)
    return address.rpartition("/")[2]


def test_a_link_made_from_a_link_ends_on_the_same_day_and_not_later(
    services: Services, parent: tuple[str, dt.datetime]
) -> None:
    first, now = parent
    later = now + dt.timedelta(days=100)
    child = shared(services, first, later)
    grandchild = shared(services, child, later + dt.timedelta(days=50))
    ends = {assert_works(services, s, later).link.expires_at for s in (first, child, grandchild)}
    assert len(ends) == 1
    (end,) = ends
    assert [open_link(services, s, end) for s in (first, child, grandchild)] == [None] * 3
    source = assert_works(services, child, later).source
    assert source.endswith(f"ud fra link nr. {assert_works(services, first, later).link.id}")


def test_revoking_a_link_ends_those_made_from_it_near_and_far(
    services: Services, parent: tuple[str, dt.datetime]
) -> None:
    first, now = parent
    child = shared(services, first, now)
    grandchild = shared(services, child, now)
    other = shared(services, first, now)
    opened = assert_works(services, child, now)
    with writing(services.engine) as session:
        turn_links(session, [opened.link.id], Stamp(now, "anna"), is_open=False)
    assert open_link(services, child, now) is None
    assert open_link(services, grandchild, now) is None
    assert_works(services, first, now)
    assert_works(services, other, now)
    with pytest.raises(RefusedError, match="virker ikke mere"):
        share(services, opened, made_for="Bo", by="x", now=now)


def test_a_closed_link_is_opened_again_with_those_made_from_it_and_both_acts_are_kept(
    services: Services, two_cases: TwoCases, parent: tuple[str, dt.datetime]
) -> None:
    first, now = parent
    child, reference = shared(services, first, now), two_cases.references[0]
    number = assert_works(services, first, now).link.id
    links.close_link(services, reference, number, Stamp(now, "anna"))
    assert open_link(services, child, now) is None

    later = now + MINUTE
    done = links.reopen_link(services, reference, number, Stamp(later, "bo"))
    assert (
        done
        == f"Link nr. {number} er åbnet igen. Det er det ene link, der er lavet ud fra det, også."
    )
    assert_works(services, first, later)
    assert_works(services, child, later)
    with reading(services.engine) as session:
        turn = last_turns(session, [number])[number]
    assert (turn.is_open, turn.at, turn.by) == (True, later, "bo")


def test_a_link_is_not_opened_again_where_it_would_not_work_all_the_same(
    services: Services, two_cases: TwoCases, parent: tuple[str, dt.datetime]
) -> None:
    first, now = parent
    child, reference = shared(services, first, now), two_cases.references[0]
    above, below = (assert_works(services, s, now).link for s in (first, child))
    with pytest.raises(NotFoundError):
        links.reopen_link(services, reference, above.id, Stamp(now, "anna"))
    links.close_link(services, reference, below.id, Stamp(now, "anna"))
    links.close_link(services, reference, above.id, Stamp(now, "anna"))
    with pytest.raises(RefusedError, match=f"lavet ud fra link nr. {above.id}, som er lukket"):
        links.reopen_link(services, reference, below.id, Stamp(now, "anna"))
    limited = that_limits_links(services, 90)
    old = assert_works(limited, made(limited, reference, now, "koordinator"), now).link
    links.close_link(limited, reference, old.id, Stamp(now, "anna"))
    with pytest.raises(RefusedError, match="udløbet"):
        links.reopen_link(limited, reference, old.id, Stamp(old.expires_at, "anna"))


def test_a_link_works_until_its_case_is_closed_also_one_that_had_days_of_its_own(
    services: Services, two_cases: TwoCases
) -> None:
    reference, now = two_cases.references[0], two_cases.now
    limited = that_limits_links(services, 180)
    secret = made(limited, reference, now, "koordinator")
    years_after = now + dt.timedelta(days=700)
    assert open_link(limited, secret, years_after) is None
    without = that_limits_links(limited, 0)
    assert assert_works(without, secret, years_after).ends_at is None


def test_no_more_than_ten_hang_below_one_link_however_they_are_made(
    services: Services, parent: tuple[str, dt.datetime]
) -> None:
    first, now = parent
    children = [shared(services, first, now, f"Bo {n}") for n in range(4)]
    made_so = [shared(services, children[0], now, f"Eva {n}") for n in range(6)]
    assert len(children) + len(made_so) == MOST_MADE_FROM_ONE == 10
    for secret in (first, children[1], made_so[0]):
        with pytest.raises(RefusedError, match="allerede lavet 10 links"):
            shared(services, secret, now)
    with writing(services.engine) as session:
        number = assert_works(services, made_so[0], now).link.id
        turn_links(session, [number], Stamp(now, "anna"), is_open=False)
    assert shared(services, first, now), "one that works no more makes room"


def test_the_tree_shows_each_link_below_the_one_it_was_made_from(
    services: Services, two_cases: TwoCases, parent: tuple[str, dt.datetime]
) -> None:
    first, now = parent
    child = shared(services, first, now, "Bo")
    shared(services, child, now, "Eva")
    with reading(services.engine) as session:
        case = load(session, two_cases.references[0], now)
        found = links_of(session, find(session, two_cases.references[0]).id)
    branches = links.tree(case, found, now)
    at = next(n for n, one in enumerate(branches) if one.link.made_for == "koordinator")
    told = [(one.link.made_for, one.depth, one.below) for one in branches[at : at + 3]]
    assert told == [("koordinator", 0, 2), ("Bo", 1, 1), ("Eva", 2, 0)]
    assert {one.depth for one in branches[at + 3 :]} == {0}


# --- a case that was closed ---


def closed(services: Services, two_cases: TwoCases, now: dt.datetime) -> str:
    """Close the first case; returns the key of the closure."""
    said = {"closed_on": now.date(), "reason": "færdig"}
    return record_past(services, two_cases.references[0], "closure", said, Stamp(now, "anna")).key


def test_all_links_of_a_case_end_thirty_days_after_it_was_closed_until_it_is_taken_up_again(
    services: Services, two_cases: TwoCases, parent: tuple[str, dt.datetime]
) -> None:
    first, now = parent
    child = shared(services, first, now)
    elsewhere = made(services, two_cases.references[1], now, "den anden sag")
    key = closed(services, two_cases, now)
    last = now + AFTER_CLOSING - dt.timedelta(days=1)
    after = now + AFTER_CLOSING
    assert AFTER_CLOSING.days == 30
    assert_works(services, first, last)
    assert open_link(services, first, after) is None
    assert open_link(services, child, after) is None
    assert_works(services, elsewhere, after)
    with pytest.raises(RefusedError, match="Genåbn sagen"):
        made(services, two_cases.references[0], after, "for sent")
    with writing(services.engine) as session:
        header = find(session, two_cases.references[0])
        retract(session, header, key, "genåbnet", Stamp(after, "anna"))
    assert_works(services, first, after)
    assert_works(services, child, after)


def test_a_link_value_that_was_revoked_above_has_ended(services: Services) -> None:
    now = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    link = LinkValue(1, 1, "0253", "", "", None, now, "a", now + MINUTE, None, None)
    assert link.works(now)
    assert not replace(link, revoked_above=now).works(now)


def test_a_readers_secret_is_found_by_its_checksum_alone(
    services: Services, two_cases: TwoCases
) -> None:
    with writing(services.engine) as session:
        case_id = find(session, two_cases.references[0]).id
        secret = make_reader_link(
            session, announcement_id=case_id, round_number=1, reader="l@laeser.example",
            now=two_cases.now, lasting=MINUTE,
        )  # fmt: skip
    with reading(services.engine) as session:
        assert find_reader_link(session, secret) is not None
