"""A municipality's own page shows its own part and nothing of others, and says what is known."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from models import Completeness, Level, Outcome, PartyKind, Role, Scope
from tests.flat import Pages
from tests.owning import that_limits_links
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.access.links import link_for
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.files import DOCUMENTS, take_in
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.access import party_links
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.parties import load_contacts
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.parties.declared import declarer
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.status.status import Status, status
from udmelding.web.limits import Limit
from udmelding.web.parties import municipality
from udmelding.web.service.app import create_app

SignedIn = Callable[[Role], Any]
REF = "CU-PROEVE-2025"
LOLLAND, FAXE, GREVE = "0360", "0320", "0253"
NOW = clock.at(dt.date(2025, 4, 15))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stamp(text: str) -> Stamp:
    return Stamp(clock.at(day(text)), "sekretariatet")


def fact(services: Services, kind: str, on: str, /, **said: Any) -> None:
    record_past(services, REF, kind, said, stamp(on))


@pytest.fixture(autouse=True)
def fresh_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(municipality, "_LIMIT", Limit(most=30, window=dt.timedelta(minutes=10)))
    monkeypatch.setattr(municipality, "_ASKED", Limit(most=5, window=dt.timedelta(hours=1)))


@pytest.fixture
def deciding(services: Services) -> Services:
    """A case whose 17 councils have been asked to decide; Faxe has answered nothing, Greve has."""
    councils_asked(services)
    return services


@played_once
def councils_asked(services: Services) -> None:
    made = stamp("2024-08-01")
    with writing(services.engine) as session:
        demo.make_contacts(session, "sjaelland", made)
        new = NewCase(
            reference=REF,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=day("2024-08-01"),
            particulars=NewParticulars(title="Prøve"),
            deadline=NewDeadline(due_on=day("2025-05-31")),
        )
        launch_case(session, services.settings, new, made)
    advance(services, REF, made.now)
    for party in [p.party for p in known(services, made.now).parties if p.party.isdigit()]:
        if party != FAXE:
            fact(services, "response", "2024-09-20", party=party, on=day("2024-09-20"))
    fact(services, "waiver", "2024-09-20", step="collection", party=FAXE,
         waived_on=day("2024-09-20"), reason="svarer sammen med Greve")  # fmt: skip
    fact(services, "document", "2025-02-20", document_kind="final_report", title="Rapport",
         dated_on=day("2025-02-20"), version=1, sha256="0" * 64)  # fmt: skip
    for body, on in (("styregruppe", "2025-03-10"), ("k17", "2025-03-28"), ("kkr", "2025-04-08")):
        fact(services, "decision", on, step=body, party=body, on=day(on), level=Level.BODY,
             outcome=Outcome.RECOMMENDED, is_proven=True)  # fmt: skip
    advance(services, REF, stamp("2025-04-09").now)
    fact(services, "decision", "2025-04-15", step="councils", party=GREVE, on=day("2025-04-14"),
         level=Level.COUNCIL, outcome=Outcome.APPROVED, note="som Faxe")  # fmt: skip


def known(services: Services, at: dt.datetime = NOW) -> Case:
    with reading(services.engine) as session:
        return load(session, REF, at)


def standing(services: Services) -> Status:
    return status(known(services, clock.end_of(NOW.date())), NOW.date())


def link(services: Services, party: str = LOLLAND, now: dt.datetime = NOW) -> str:
    """The path of a new link."""
    with writing(services.engine) as session:
        url = link_for(services, session, REF, party, by="anna", now=now, made_for="koordinator")
    assert url.startswith(services.settings.web.url + "/k/")
    return url.removeprefix(services.settings.web.url)


@pytest.fixture
def visitor(deciding: Services, web: FastAPI) -> Pages:
    return Pages(web, base_url="http://127.0.0.1:8080", follow_redirects=False)


def value(path: str) -> str:
    return municipality.form_value(path.removeprefix("/k/"))


def send(visitor: Pages, path: str, form: str, **said: str) -> Any:
    files: Mapping[str, Any] = {}
    if minutes := said.pop("minutes", None):
        files = {"minutes": (said.pop("file_name", "referat.pdf"), minutes.encode())}
    data = {"form": form, "form_value": value(path), **said}
    return visitor.post(path, data=data, files=files or None)


def test_the_page_says_what_is_missing_when_and_what_will_happen(
    deciding: Services, visitor: Pages
) -> None:
    answer = visitor.get(link(deciding))
    assert answer.status_code == 200
    words = " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.text)).split())
    for told in ("Prøve", "I mangler én ting: kommunalbestyrelsens beslutning",
                 "I skal have sagen på kommunalbestyrelsens møde tirsdag den 20. maj 2025. "
                 "Næste møde er 17. juni 2025, og det er efter fristen. "
                 "Datoerne er et gæt; skriv jeres egne.", "Meld beslutningen",
                 "Kommunalbestyrelsen beslutter. Vi gætter på datoen. Skriv jeres dato",
                 "Har I ikke besluttet, nævnes I i et forbehold.",
                 "20. september 2024", "har anbefalet afrapporteringen"):  # fmt: skip
        assert told in words, told
    for word in ("luft", "antaget", "1 af 17", "Anbefalet", "Sendt tilbage", "Forvaltningen"):
        assert word not in words, word
    assert len(re.findall("button-primary", answer.text)) == 1


def test_a_form_that_is_wanted_stands_open_and_has_the_dark_button(
    deciding: Services, visitor: Pages
) -> None:
    html = visitor.get(f"{link(deciding)}?vil=decide").text
    assert re.findall(r'<details [^>]*id="(\w+)"[^>]* open', html) == ["decide"]
    assert len(re.findall("button-primary", html)) == 1


@pytest.mark.parametrize("party", [LOLLAND, FAXE, GREVE])
def test_nothing_of_others_is_on_the_page(deciding: Services, visitor: Pages, party: str) -> None:
    case = known(deciding)
    with reading(deciding.engine) as session:
        contacts = load_contacts(session, NOW)
    html = visitor.get(link(deciding, party)).text
    others = [p for p in case.parties if p.party != party and p.kind.value != "secretariat"]
    assert len(others) >= 19
    for other in others:
        if other.kind is not PartyKind.BODY:  # what a body recommends is for all to read
            assert other.name not in html, other.name
        for contact in contacts.get(other.party, ()):
            assert contact.email not in html
    assert "14/4-2025" not in html or party == GREVE
    assert ("14. april 2025" in html) == (party == GREVE), "the day Greve decided"


def test_an_unknown_an_expired_and_a_revoked_link_say_the_same(
    deciding: Services, visitor: Pages
) -> None:
    limited = that_limits_links(deciding, 90)
    old = link(limited, now=NOW - dt.timedelta(days=90))
    revoked = link(deciding)
    with writing(deciding.engine) as session:
        found = party_links.find_link(session, revoked.removeprefix("/k/"))
        assert found is not None
        party_links.turn_links(session, [found.id], Stamp(NOW, "anna"), is_open=False)
    answers = [visitor.get(path) for path in ("/k/gaettet", old, revoked)]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.text for answer in answers}) == 1
    assert deciding.settings.secretariat.email in answers[0].text
    assert [send(visitor, path, "expect", expected_on="20/5-2025").status_code
            for path in ("/k/gaettet", old, revoked)] == [404] * 3  # fmt: skip


def test_who_asks_for_a_new_link_is_told_the_same_whoever_it_is_and_not_without_end(
    deciding: Services, visitor: Pages
) -> None:
    with reading(deciding.engine) as session:
        (contact, *_) = load_contacts(session, NOW)[LOLLAND]
    gone = visitor.get("/k/gaettet").text
    assert "Skriv jeres arbejdsmail, så sender vi et nyt, hvis I er kontakt." in gone
    place, said = "/k/nyt-link", []
    for address in ("fremmed@x.example", contact.email, ""):
        asked = visitor.post(place, data={"email": address})
        assert asked.status_code == 303
        said.append(visitor.get(asked.headers["location"]).text)
    assert len(set(said)) == 1, "the same answer to all"
    codes = [visitor.post(place, data={"email": "x@x.example"}).status_code for _ in range(3)]
    assert codes == [303, 303, 429]


def test_a_program_that_only_looks_gets_the_answer_without_the_page_and_opens_nothing(
    deciding: Services, visitor: Pages
) -> None:
    path = link(deciding)
    for asked in (path, "/k/gaettet", "/b/gaettet"):
        looked, opened = visitor.head(asked), visitor.get(asked) if asked != path else None
        assert looked.content == b""
        assert looked.headers["referrer-policy"] == "no-referrer"
        assert looked.status_code == (opened.status_code if opened else 200)
    with reading(deciding.engine) as session:
        own = party_links.find_link(session, path.removeprefix("/k/"))
    assert own is not None
    assert own.used_at is None, "nobody has opened it"
    assert visitor.get(path).status_code == 200
    with reading(deciding.engine) as session:
        own = party_links.find_link(session, path.removeprefix("/k/"))
    assert own is not None
    assert own.used_at == NOW


@pytest.mark.parametrize("behind", [")", "]", ".", ",", "%22", "%3E", ">.", "'", "%C2%BB", ");"])
def test_a_link_works_with_what_a_mail_program_has_put_behind_it(
    deciding: Services, visitor: Pages, behind: str
) -> None:
    path = link(deciding)
    seen = visitor.get(path + behind)
    assert seen.status_code == 200
    assert seen.text == visitor.get(path).text, "its forms lead to the link itself"
    assert visitor.head(path + behind).status_code == 200
    assert visitor.get(path[:-1] + behind).status_code == 404, "nothing of the secret is guessed"


def test_guessing_is_slowed_down_and_a_link_that_works_is_not(
    deciding: Services, visitor: Pages
) -> None:
    path = link(deciding)
    codes = [visitor.get(f"/k/{number}").status_code for number in range(32)]
    assert codes == [404] * 30 + [429] * 2
    assert visitor.get(path).status_code == 200


def test_nothing_that_is_sent_gives_the_link_away(
    deciding: Services, visitor: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    path = link(deciding)
    sent = {"decided_on": "15/4-2025", "outcome": "approved", "level": "council"}
    send(visitor, path, "decide", evidence="https://lolland.example/referat", **sent)
    for answer in (visitor.get(path), visitor.get("/k/x"), visitor.post(path), visitor.put(path)):
        assert answer.status_code in (200, 404, 403, 405)
        if answer.status_code != 405:
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["cache-control"] == "no-store"
    html = visitor.get(path).text
    outside = re.findall(r'<a [^>]*href="(?!#|/)[^"]*"[^>]*>', html)
    assert outside
    assert all("noreferrer" in found for found in outside)
    own = html.replace(f'href="{path}/', "")
    assert path not in own, "forms go to the page itself"
    assert path.removeprefix("/k/") not in caplog.text


def test_a_form_needs_the_value_that_only_the_link_gives(
    deciding: Services, visitor: Pages
) -> None:
    path, other = link(deciding), link(deciding)
    said = {"form": "expect", "expected_on": "20/5-2025"}
    assert visitor.post(path, data=said).status_code == 403
    assert visitor.post(path, data={**said, "form_value": value(other)}).status_code == 403
    good = {**said, "form_value": value(path)}
    elsewhere = visitor.post(path, data=good, headers={"sec-fetch-site": "cross-site"})
    assert elsewhere.status_code == 403
    assert elsewhere.headers["referrer-policy"] == "no-referrer"
    assert known(deciding, clock.end_of(NOW.date())).expectations == ()
    assert visitor.post(path, data=good).status_code == 303
    assert value(path) in visitor.get(path).text


def test_one_who_is_signed_in_can_use_a_link_too(deciding: Services, signed_in: SignedIn) -> None:
    browser, path = signed_in(Role.READER), link(deciding)
    said = {"expected_on": "20/5-2025", "csrf": browser.csrf(path)}
    assert send(browser.client, path, "expect", **said).status_code == 303


def test_a_day_that_is_announced_holds_in_the_plan(deciding: Services, visitor: Pages) -> None:
    path = link(deciding)
    answer = send(visitor, path, "expect", expected_on="22/5-2025")
    assert answer.headers["location"] == f"{path}?meldt=expect"
    assert "I har selv meldt datoen." in visitor.get(path).text
    (expected,) = known(deciding, clock.end_of(NOW.date())).expectations
    assert (expected.party, str(expected.expected_on)) == (LOLLAND, "2025-05-22")
    assert expected.recorded_by == "Lolland via personligt link"
    assert "er gået" in send(visitor, path, "expect", expected_on="1/4-2025").text


def test_a_wish_for_more_time_is_a_note_and_moves_nothing(
    deciding: Services, visitor: Pages
) -> None:
    path = link(deciding)
    said = {"time_step": "councils", "wanted_on": "10/6-2025", "reason": "Mødet er aflyst"}
    assert send(visitor, path, "time", **said).status_code == 303
    case = known(deciding, clock.end_of(NOW.date()))
    assert case.milestones[-1].title == (
        "Lolland beder om mere tid (politisk behandling, ønsket frist 10/6-2025): Mødet er aflyst"
    )
    assert case.extensions == ()
    assert "Mødet er aflyst" not in visitor.get(link(deciding, FAXE)).text
    assert send(visitor, path, "time", time_step="collection", reason="x").status_code == 422


def test_a_decision_is_declared_and_proven_when_it_is_accepted(
    deciding: Services, visitor: Pages, signed_in: SignedIn
) -> None:
    path = link(deciding)
    said = {"decided_on": "15/4-2025", "outcome": "approved", "level": "council"}
    url = "https://lolland.example/referat"
    assert send(visitor, path, "decide", evidence=url, **said).status_code == 303
    council = next(r for r in standing(deciding).standings
                   if (r.party.party, r.step.id) == (LOLLAND, "councils"))  # fmt: skip
    assert council.is_approved
    assert not council.is_proven
    browser = signed_in(Role.CASEWORKER)
    place = f"/sager/{REF}/links"
    html = browser.client.get(place).text
    assert f'href="{url}" rel="noreferrer' in html
    (declared,) = (d for d in known(deciding, clock.end_of(NOW.date())).decisions
                   if d.party == LOLLAND)  # fmt: skip
    sent = {"csrf": browser.csrf(), "key": declared.key}
    assert browser.client.post(f"{place}/accepter", data=sent).status_code == 303
    assert "Beslutningen fra Lolland er accepteret." in browser.client.get(place).text
    (proven,) = (d for d in known(deciding, clock.end_of(NOW.date())).decisions
                 if d.party == LOLLAND)  # fmt: skip
    assert proven.is_proven
    assert (proven.evidence, proven.report_version, proven.recorded_by) == (url, 1, "caseworker")
    assert browser.client.post(f"{place}/accepter", data=sent).status_code == 404, "once"
    again = send(visitor, path, "decide", **{**said, "outcome": "rejected"})
    assert again.status_code == 422, "what is proven is changed by the secretariat alone"


def test_a_municipality_is_asked_about_a_day_that_can_hardly_be(
    deciding: Services, visitor: Pages
) -> None:
    path = link(deciding)
    said = {"decided_on": "1/5", "outcome": "approved", "level": "council", "item_number": "12"}
    assert "Hvorfor er det rigtigt alligevel?" not in visitor.get(path).text
    asked = send(visitor, path, "decide", **said)
    assert asked.status_code == 422
    assert "1. maj 2024 ligger før sagen blev modtaget den 1. august 2024." in asked.text
    assert "Hvorfor er det rigtigt alligevel?" in asked.text
    assert 'value="12"' in asked.text, "what was written stays"
    assert all(d.party != LOLLAND for d in known(deciding, clock.end_of(NOW.date())).decisions)

    again = send(visitor, path, "decide", **said, even_so="forrige byråd")
    assert again.status_code == 303
    assert "1. maj 2024, punkt 12: godkendt" in visitor.get(path).text


def test_a_council_is_not_offered_a_committees_word_as_its_own(
    deciding: Services, visitor: Pages
) -> None:
    path = link(deciding)
    assert "Forvaltningen" not in visitor.get(path).text
    said = {"decided_on": "15/4-2025", "outcome": "recommended", "level": "council"}
    assert "En kommunalbestyrelse anbefaler ikke" in send(visitor, path, "decide", **said).text
    assert send(visitor, path, "decide", **(said | {"level": "committee"})).status_code == 303


def test_the_minutes_can_come_as_a_file(
    deciding: Services, visitor: Pages, signed_in: SignedIn
) -> None:
    path = link(deciding)
    said = {"decided_on": "15/4-2025", "outcome": "approved", "level": "council"}
    bad = send(visitor, path, "decide", minutes="x", file_name="virus.exe", **said)
    assert bad.status_code == 422
    late = send(visitor, path, "decide", minutes="x", **{**said, "decided_on": "20/4-2025"})
    assert late.status_code == 422
    before = known(deciding, clock.end_of(NOW.date()))
    assert (len(before.documents), len(before.decisions)) == (1, 4), "all of it or nothing"
    named = {**said, "file_name": "..\\referat.txt"}
    assert send(visitor, path, "decide", minutes="Punkt 7", **named).status_code == 303
    case = known(deciding, clock.end_of(NOW.date()))
    assert case.documents[-1].title == "Lolland: referat 15/4-2025"
    (decision,) = (d for d in case.decisions if d.party == LOLLAND)
    assert (decision.evidence, decision.is_proven) == ("referat.txt", False)
    kept = f"/sager/{REF}/dokumenter/{case.documents[-1].sha256}"
    browser = signed_in(Role.CASEWORKER)
    assert kept in browser.client.get(f"/sager/{REF}/links").text
    assert browser.client.get(kept).content == b"Punkt 7"


def test_what_was_declared_wrongly_can_be_corrected(deciding: Services, visitor: Pages) -> None:
    path = link(deciding)
    said = {"decided_on": "15/4-2025", "outcome": "rejected", "level": "council"}
    send(visitor, path, "decide", **said)
    (wrong,) = (d for d in known(deciding, clock.end_of(NOW.date())).decisions
                if d.party == LOLLAND)  # fmt: skip
    better = {**said, "decided_on": "14/4-2025", "outcome": "approved"}
    greves = next(d for d in known(deciding).decisions if d.party == GREVE)
    foreign = send(visitor, path, "decide", corrects=greves.key, **better)
    assert foreign.status_code == 422, "nobody corrects what is another's"
    assert send(visitor, path, "decide", corrects=wrong.key, **better).status_code == 303
    (right,) = (d for d in known(deciding, clock.end_of(NOW.date())).decisions
                if d.party == LOLLAND)  # fmt: skip
    assert (right.outcome, str(right.happened_to)) == (Outcome.APPROVED, "2025-04-14")


def test_an_answer_is_declared_with_or_without_citizens(services: Services, web: FastAPI) -> None:
    made = stamp("2025-04-10")
    with writing(services.engine) as session:
        new = NewCase(reference=REF, process="central-udmelding", area="sjaelland",
                      scope=Scope.REGIONAL, received_on=day("2025-04-10"),
                      particulars=NewParticulars(title="Prøve"),
                      deadline=NewDeadline(due_on=day("2026-05-31")))  # fmt: skip
        launch_case(session, services.settings, new, made)
    advance(services, REF, made.now)
    visitor = Pages(web, base_url="http://127.0.0.1:8080", follow_redirects=False)
    for party, word in ((LOLLAND, "complete"), (FAXE, "no_citizens")):
        path = link(services, party)
        assert "I mangler én ting: jeres svar" in visitor.get(path).text
        partly = send(visitor, path, "answer", step="collection", completeness="partial")
        assert partly.status_code == 422
        sent = send(visitor, path, "answer", step="collection", completeness=word)
        assert sent.status_code == 303
        assert "I mangler ikke noget" in visitor.get(path).text
        assert send(visitor, path, "decide", decided_on="15/4-2025").status_code == 422
    answers = known(services, clock.end_of(NOW.date())).responses
    assert [(a.party, a.completeness, a.recorded_by) for a in answers] == [
        (LOLLAND, Completeness.COMPLETE, declarer("Lolland")),
        (FAXE, Completeness.NO_CITIZENS, declarer("Faxe")),
    ]


def test_another_contact_is_used_when_it_is_accepted(
    deciding: Services, visitor: Pages, signed_in: SignedIn
) -> None:
    def addresses() -> list[str]:
        with reading(deciding.engine) as session:
            return [c.email for c in load_contacts(session, NOW)[LOLLAND]]

    path, place = link(deciding), f"/sager/{REF}/links"
    assert send(visitor, path, "contact", name="Bo", email="ingen adresse").status_code == 422
    said = {"name": "Bo Bak, Social", "email": "bo@lolland.example"}
    assert send(visitor, path, "contact", **said).status_code == 303
    assert "bo@lolland.example" not in addresses()
    assert "bo@lolland.example" not in visitor.get(link(deciding, FAXE)).text
    browser = signed_in(Role.CASEWORKER)
    html = browser.client.get(place).text
    assert "Bo Bak, Social" in html
    key = known(deciding, clock.end_of(NOW.date())).milestones[-1].key
    sent = {"csrf": browser.csrf(), "key": key}
    assert browser.client.post(f"{place}/kontakt", data=sent).status_code == 303
    assert "bo@lolland.example" in addresses()
    assert "Meldte kontakter" not in browser.client.get(place).text


def test_what_is_dismissed_is_gone_and_only_what_came_through_a_link_can_be(
    deciding: Services, visitor: Pages, signed_in: SignedIn
) -> None:
    path, place = link(deciding), f"/sager/{REF}/links"
    send(visitor, path, "contact", name="Bo", email="bo@lolland.example")
    browser = signed_in(Role.CASEWORKER)
    csrf = browser.csrf()
    key = known(deciding, clock.end_of(NOW.date())).milestones[-1].key
    sent = {"csrf": csrf, "key": key}
    assert browser.client.post(f"{place}/afvis", data=sent).status_code == 303
    assert "bo@lolland.example" not in browser.client.get(place).text
    own = next(d.key for d in known(deciding).decisions if d.party == GREVE)
    assert browser.client.post(f"{place}/afvis", data={**sent, "key": own}).status_code == 404


def test_the_secretariat_makes_a_link_sees_it_once_and_revokes_it(
    deciding: Services, visitor: Pages, signed_in: SignedIn
) -> None:
    browser, place = signed_in(Role.CASEWORKER), f"/sager/{REF}/links"
    sent = {"csrf": browser.csrf(), "party": LOLLAND, "made_for": "social@lolland.example"}
    made = browser.client.post(place, data=sent)
    found = re.search(r"/k/[\w-]{40,}", made.text)
    assert found
    html = browser.client.get(place).text
    assert found[0] not in html
    assert "social@lolland.example" in html
    assert "aldrig" in html
    assert visitor.get(found[0]).status_code == 200
    with reading(deciding.engine) as session:
        (own,) = (x for x in party_links.links_of(session, find(session, REF).id) if x.used_at)
    assert own.used_at == NOW
    revoking = {"csrf": browser.csrf(), "link": str(own.id)}
    assert browser.client.post(f"{place}/luk", data=revoking).status_code == 303
    assert visitor.get(found[0]).status_code == 404
    assert "lukket 15/4-2025 af caseworker" in browser.client.get(place).text
    undo = browser.client.get(f"{place}?lukket={own.id}").text
    assert "Fortryd: åbn det igen" in undo
    assert browser.client.post(f"{place}/luk", data=revoking).status_code == 404
    assert browser.client.post(f"{place}/aabn", data=revoking).status_code == 303
    assert visitor.get(found[0]).status_code == 200
    assert "åbnet igen" in browser.client.get(place).text
    assert "Fortryd:" not in browser.client.get(f"{place}?lukket={own.id}").text
    assert browser.client.post(place, data={**sent, "party": "k17"}).status_code == 422


def test_a_body_gets_no_link(deciding: Services) -> None:
    with pytest.raises(RefusedError, match="Kun den, der spørges"):
        link(deciding, "kkr")


def test_a_closed_case_takes_nothing_more(deciding: Services) -> None:
    path = link(deciding)
    fact(deciding, "closure", "2025-04-15", closed_on=day("2025-04-15"))
    client = Pages(create_app(deciding, lambda: clock.end_of(NOW.date())))
    html = client.get(path).text
    assert "Sagen er afsluttet" in html
    assert "<form" not in html
    assert send(client, path, "contact", name="Bo", email="bo@lolland.example").status_code == 422


def test_a_municipality_fetches_the_draft_of_its_own_paper(
    deciding: Services, visitor: Pages
) -> None:
    path = link(deciding)
    assert f'href="{path}/sagsfremstilling.docx"' in visitor.get(path).text
    paper = visitor.get(f"{path}/sagsfremstilling.docx")
    assert paper.status_code == 200
    assert "0360%20Lolland%20-%20Sagsfremstilling.docx" in paper.headers["content-disposition"]
    assert paper.headers["referrer-policy"] == "no-referrer"
    assert visitor.get("/k/forkert/sagsfremstilling.docx").status_code == 404


def test_a_municipality_reads_the_report_and_nothing_of_others(
    deciding: Services, visitor: Pages
) -> None:
    report = take_in(deciding, "rapport.txt", b"Rapporten", DOCUMENTS, stamp("2025-02-20"))
    fact(deciding, "document", "2025-04-10", document_kind="final_report", title="Rapport",
         dated_on=day("2025-04-10"), version=1, change="editorial", file_name="rapport.txt",
         sha256=report.sha256)  # fmt: skip
    theirs = link(deciding, FAXE)
    said = {"decided_on": "15/4-2025", "outcome": "approved", "level": "council"}
    send(visitor, theirs, "decide", minutes="Punkt 7", file_name="referat.txt", **said)
    minutes = known(deciding, clock.end_of(NOW.date())).documents[-1].sha256
    path = link(deciding)
    assert "Afrapporteringen, den endelige version" in visitor.get(path).text
    read = visitor.get(f"{path}/filer/{report.sha256}")
    assert (read.status_code, read.content) == (200, b"Rapporten")
    assert read.headers["referrer-policy"] == "no-referrer"
    assert visitor.get(f"{path}/filer/{minutes}").status_code == 404, "another's minutes"


def test_there_is_no_draft_before_there_is_a_report_to_decide_on(
    deciding: Services, visitor: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link(deciding)
    monkeypatch.setattr(Case, "latest_version", 0)
    assert "sagsfremstilling" not in visitor.get(path).text
    assert visitor.get(f"{path}/sagsfremstilling.docx").status_code == 404
