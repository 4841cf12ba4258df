"""The report: figures as fields, flags, versions that all decide on, remarks and replies."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import docx
import pytest

from models import Change, Completeness, DocumentKind, MailKind, OutboxState, Stance
from tests.answering import READERS, answer, collected, drafted, files_at_once, typed_for
from tests.casework.forms.test_answers import REF, START, launched
from tests.counting import statements
from tests.past import make_past_version
from tests.played import played_once
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.report.comment_mails import Reader, remind_readers
from udmelding.casework.report.comment_rounds import (
    close_round,
    comment,
    finish_reading,
    open_round,
    read_readers,
    reply,
)
from udmelding.casework.report.seen import open_report
from udmelding.casework.report.writing import (
    NewVersion,
    Wording,
    make_version,
    move_block,
    remove_block,
    write_block,
)
from udmelding.casework.wiring import Services
from udmelding.errors import DoubtfulError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.forms.answers import answers_of
from udmelding.journal.mail import outbox
from udmelding.journal.report.reader_standing import reader_standings
from udmelding.journal.report.report import comments_of, replies_of, rounds_of
from udmelding.journal.stamp import Stamp
from udmelding.rules.report.as_json import changes

NOW = START + dt.timedelta(days=30)
ANNA = Stamp(NOW, "anna")
LOLLAND = "0360"


@played_once
def all_but_one_answered(services: Services) -> str:
    launched(services, REF, START, None)
    collected(services, REF, START + dt.timedelta(days=10), but=(LOLLAND,))
    return REF


@played_once
def draft_sent_out(services: Services) -> str:
    drafted(services, all_but_one_answered(services), NOW)
    return REF


@pytest.fixture
def case(services: Services) -> str:
    """All but Lolland have answered."""
    return all_but_one_answered(services)


@pytest.fixture
def circulating(services: Services) -> str:
    """The same case, its second draft out for remarks."""
    return draft_sent_out(services)


@pytest.fixture
def undrawn() -> Iterator[None]:
    """For tests that ask nothing about the files of the versions they make."""
    with files_at_once():
        yield


def write(services: Services, text: str, chapter: str = "resume", **more: object) -> None:
    write_block(services, REF, Wording(chapter=chapter, text=text, **more), ANNA)  # type: ignore[arg-type]


def texts(services: Services, chapter: str, now: dt.datetime = NOW) -> list[str]:
    report = open_report(services, REF, now)
    found = report.chapter(chapter)
    assert found is not None
    return [p.text for block in found.blocks for p in block.paragraphs]


@pytest.mark.database
def test_a_figure_is_a_field_that_follows_the_answers(case: str, services: Services) -> None:
    write(services, "Vi har svar fra {svarede} af {spurgte}.")
    assert texts(services, "resume") == ["Vi har svar fra 16 af 17."]
    later = NOW + dt.timedelta(days=1)
    answer(services, case, LOLLAND, later)
    assert texts(services, "resume", later) == ["Vi har svar fra 17 af 17."]
    assert texts(services, "resume") == ["Vi har svar fra 16 af 17."], "as it was known then"


def test_a_paragraph_whose_answers_came_later_is_flagged_with_what_it_said(
    case: str, services: Services
) -> None:
    write(services, "Der er {borgere} borgere.")
    write(services, "Kommunerne begrunder det ens.", based_on=("begrundelse",))
    write(services, "Baggrunden er den samme.", chapter="baggrund")
    assert open_report(services, case, NOW).flagged == ()
    later = NOW + dt.timedelta(days=1)
    answer(services, case, LOLLAND, later)
    flagged = open_report(services, case, later).flagged
    assert [b.written.text for b in flagged] == [
        "Der er {borgere} borgere.",
        "Kommunerne begrunder det ens.",
    ]
    assert "Svar fra Lolland kom" in flagged[1].flags[0]
    assert "er nu" in flagged[0].flags[0] or "Lolland" in flagged[0].flags[0]


@pytest.mark.database
def test_a_corrected_answer_flags_only_what_drew_on_the_changed_question(
    case: str, services: Services
) -> None:
    write(services, "Udviklingen ventes uændret.", based_on=("udvikling",))
    write(services, "Begrundelserne ligner hinanden.", based_on=("begrundelse",))
    later = NOW + dt.timedelta(days=1)
    with reading(services.engine) as session:
        first = answers_of(session, find(session, case).id, party="0253")[0]
    typed = typed_for("0253", START + dt.timedelta(days=10), begrundelse="Noget helt andet.")
    answer(services, case, "0253", later, typed=typed, base=first.key)
    flagged = open_report(services, case, later).flagged
    assert [b.written.text for b in flagged] == ["Begrundelserne ligner hinanden."]
    assert flagged[0].flags == ("Greve har rettet sit svar, siden afsnittet blev skrevet.",)


def test_a_sign_that_cannot_be_printed_is_told_to_whoever_reads_the_draft_again(
    case: str, services: Services
) -> None:
    write(services, "Æblet og 漢字 og \N{BULLET}.")

    (flagged,) = open_report(services, case, NOW).flagged
    assert flagged.flags == ("Kan ikke trykkes og bliver til □ i PDF: 漢 字",)


def test_who_wrote_what_from_how_many_answers_is_known(case: str, services: Services) -> None:
    write(services, "Der er {borgere} borgere.", based_on=("begrundelse",))
    block = open_report(services, case, NOW).chapters[0].blocks[0]
    assert block.written.recorded_by == "anna"
    assert block.source.questions == ("begrundelse", "borgere")
    assert block.source.answers == 16


def test_an_unknown_figure_and_a_paragraph_changed_meanwhile_are_refused(
    case: str, services: Services
) -> None:
    with pytest.raises(RefusedError, match=r"\{borgre\}"):
        write(services, "Der er {borgre}.")
    write(services, "Første ordlyd.")
    block = open_report(services, case, NOW).chapters[0].blocks[0].written
    write(services, "Anden ordlyd.", block=block.block, base=block.key)
    with pytest.raises(RefusedError, match="har ændret afsnittet"):
        write(services, "Tredje ordlyd.", block=block.block, base=block.key)
    assert texts(services, "resume") == ["Anden ordlyd."]


@pytest.mark.database
def test_a_moved_paragraph_keeps_its_writer_and_a_removed_one_is_gone(
    case: str, services: Services
) -> None:
    write(services, "Et.")
    write(services, "To.")
    bo = Stamp(NOW + dt.timedelta(hours=1), "bo")
    second = open_report(services, case, NOW).chapters[0].blocks[1].written
    move_block(services, case, second.block, bo, is_up=True)
    seen = open_report(services, case, bo.now).chapters[0].blocks
    assert [b.written.text for b in seen] == ["To.", "Et."]
    assert {b.written.recorded_by for b in seen} == {"anna"}
    remove_block(services, case, second.block, bo)
    assert texts(services, "resume", bo.now) == ["Et."]


@pytest.mark.slow
def test_a_version_is_word_and_pdf_and_can_be_compared_with_the_next(
    case: str, services: Services
) -> None:
    write(services, "Vi har svar fra {svarede}.")
    first = make_past_version(services, case, NewVersion(), ANNA)
    block = open_report(services, case, NOW).chapters[0].blocks[0].written
    later = Stamp(NOW + dt.timedelta(days=1), "anna")
    answer(services, case, LOLLAND, later.now)
    wording = Wording(chapter="resume", text="Alle {svarede} har svaret.", block=block.block)
    write_block(services, case, wording, later)
    second = make_past_version(services, case, NewVersion(), later)
    assert (first, second) == (1, 2)
    report = open_report(services, case, later.now)
    word = services.store.open_checked(report.versions[1].word_sha256)
    said = "\n".join(p.text for p in docx.Document(BytesIO(word.read())).paragraphs)
    assert "Alle 17 har svaret." in said
    pdf = services.store.open_checked(report.versions[1].pdf_sha256).read()
    assert pdf.startswith(b"%PDF")
    kept = [
        json.load(services.store.open_checked(version.values_sha256)) for version in report.versions
    ]
    changed = {one.title: one.lines for one in changes(*kept)}
    pieces = [(piece.kind, piece.text) for line in changed["Resumé"] for piece in line]
    assert ("added", "Alle 17 har svaret.") in pieces or ("removed", "Vi") in pieces
    assert "Baggrund" not in changed


@pytest.mark.usefixtures("undrawn")
def test_a_final_version_that_not_all_have_answered_for_is_asked_about_before_it_is_made(
    case: str, services: Services
) -> None:
    write(services, "Anbefaling.", chapter="anbefalinger")
    asked = r"16 af 17 kommuner har svaret; Lolland mangler\."
    with pytest.raises(DoubtfulError, match=asked):
        make_version(services, case, NewVersion(is_final=True), ANNA)
    with reading(services.engine) as session:
        assert load(session, case, NOW).latest_version == 0

    make_version(services, case, NewVersion(), ANNA)  # a draft is nobody's to doubt
    reason = replace(ANNA, even_so="Lolland svarer ikke")
    final = make_version(services, case, NewVersion(is_final=True), reason)
    with reading(services.engine) as session:
        assert load(session, case, NOW).deciding_version == final


def test_all_decide_on_the_final_version_and_a_substantive_one_reopens_decisions(
    case: str, services: Services
) -> None:
    write(services, "Anbefaling.", chapter="anbefalinger")
    final = make_past_version(services, case, NewVersion(is_final=True), ANNA)
    with reading(services.engine) as session:
        seen = load(session, case, NOW)
    assert seen.deciding_version == final
    assert [d.document_kind for d in seen.documents].count(DocumentKind.FINAL_REPORT) == 1
    with pytest.raises(RefusedError, match="hvad der er ændret"):
        make_past_version(services, case, NewVersion(is_final=True), ANNA)
    minor = NewVersion(is_final=True, change=Change.EDITORIAL, reason="slåfejl")
    editorial = make_past_version(services, case, minor, Stamp(NOW + dt.timedelta(days=1), "anna"))
    with reading(services.engine) as session:
        seen = load(session, case, NOW + dt.timedelta(days=1))
    assert (seen.deciding_version, seen.latest_version) == (final, editorial)
    major = NewVersion(is_final=True, reason="ny anbefaling")
    substantive = make_past_version(
        services, case, major, Stamp(NOW + dt.timedelta(days=2), "anna")
    )
    with reading(services.engine) as session:
        seen = load(session, case, NOW + dt.timedelta(days=2))
    assert seen.deciding_version == substantive


def invitations(services: Services, kind: MailKind) -> list[outbox.OutboxMail]:
    with reading(services.engine) as session:
        found = outbox.list_mails(session, with_links=True)
    return [mail for mail in found if mail.mail is kind]


def test_readers_get_a_link_each_and_only_the_silent_are_reminded(
    circulating: str, services: Services
) -> None:
    invited = invitations(services, MailKind.COMMENT_INVITATION)
    assert sorted(mail.recipients[0] for mail in invited) == sorted(r.email for r in READERS)
    links = {re.search(r"/b/[\w-]+", mail.text)[0] for mail in invited}  # type: ignore[index]
    assert len(links) == 2
    assert all(mail.attachments[0]["file_name"].endswith(".pdf") for mail in invited)
    say(services, READERS[0].email)
    assert remind_readers(services, NOW + dt.timedelta(days=2)) == 0, "too early"
    near = NOW + dt.timedelta(days=12)
    assert remind_readers(services, near) == 1
    assert remind_readers(services, near) == 0, "once only"
    (reminder,) = invitations(services, MailKind.COMMENT_REMINDER)
    assert reminder.recipients == [READERS[1].email]


def test_forty_readers_are_asked_with_the_statements_of_one_and_each_of_them_once(
    circulating: str, services: Services
) -> None:
    before = len(invitations(services, MailKind.COMMENT_INVITATION))
    people = [Reader(f"Læser {n}", f"l{n}@laeser.example", "") for n in range(40)]
    costs: list[int] = []
    for readers in (people[:1], [*people, people[0]]):
        with statements(services.engine) as sent:
            open_round(
                services,
                circulating,
                version=2,
                due_on=NOW.date() + dt.timedelta(days=14),
                readers=readers,
                text="",
                stamp=ANNA,
            )
        costs.append(len(sent))

    assert costs[0] == costs[1]
    invited = invitations(services, MailKind.COMMENT_INVITATION)[before:]
    assert len(invited) == len({re.search(r"/b/[\w-]+", x.text)[0] for x in invited}) == 41  # type: ignore[index]


def test_a_reminder_is_withdrawn_when_the_reader_answers_before_it_goes(
    circulating: str, services: Services
) -> None:
    case = circulating
    near = NOW + dt.timedelta(days=12)
    assert remind_readers(services, near) == 2
    with reading(services.engine) as session:
        found = find(session, case)
    finish_reading(services, found.id, 1, READERS[0].email, near)
    say(services, READERS[1].email)
    deliver_waiting(services, near, "test")
    states = {mail.state for mail in invitations(services, MailKind.COMMENT_REMINDER)}
    assert states == {OutboxState.WITHDRAWN}


def say(services: Services, reader: str, text: str = "Skriv også om ventelisten.") -> str:
    return comment(
        services,
        REF,
        1,
        chapter="resume",
        text=text,
        author="en læser",
        speaks_for="",
        reader=reader,
        stamp=ANNA,
    ).key


@pytest.mark.database
def test_each_remark_gets_a_reply_and_a_refusal_needs_a_reason(
    circulating: str, services: Services
) -> None:
    case = circulating
    key = say(services, READERS[0].email)
    with pytest.raises(RefusedError, match="hvorfor"):
        reply(services, case, key, Stance.NOT_TAKEN_IN, " ", ANNA)
    reply(services, case, key, Stance.NOT_TAKEN_IN, "Det står i kapitel 4.", ANNA)
    reply(services, case, key, Stance.TAKEN_IN, "", Stamp(NOW + dt.timedelta(hours=1), "bo"))
    with reading(services.engine) as session:
        case_id = find(session, case).id
        assert replies_of(session, case_id)[key].stance is Stance.TAKEN_IN
        standing = reader_standings(session, case_id, rounds_of(session, case_id)[0])
        assert len(comments_of(session, case_id)) == 1
    assert [one.is_awaited for one in standing] == [False, True]
    close_round(services, case, 1, ANNA)
    with pytest.raises(RefusedError, match="åben runde"):
        say(services, READERS[1].email)
    assert remind_readers(services, NOW + dt.timedelta(days=12)) == 0


def test_readers_are_listed_one_on_each_line() -> None:
    found = read_readers("Ane; ane@x.example; styregruppen\n\nBo ; bo@x.example\n")
    assert [(r.name, r.email, r.group) for r in found] == [
        ("Ane", "ane@x.example", "styregruppen"),
        ("Bo", "bo@x.example", ""),
    ]
    for wrong in ("", "Ane", "Ane; ane", "Ane; a@x.example\nBo; A@x.example"):
        with pytest.raises(RefusedError):
            read_readers(wrong)


def test_an_answer_of_no_citizens_counts_as_zero(case: str, services: Services) -> None:
    later = NOW + dt.timedelta(days=1)
    typed = {p: t for p, t in typed_for(LOLLAND, later).items() if p[0] == "@"}
    taken = answer(services, case, LOLLAND, later, typed=typed | {"@no_citizens": "ja"})
    assert taken.completeness is Completeness.NO_CITIZENS
    figures = open_report(services, case, later).figures
    assert figures is not None
    assert figures.gathered.given[LOLLAND]["borgere"] == 0
