"""A case whose municipalities have answered, whose report is written and out for remarks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import pytest

from models import Channel, PartyKind
from udmelding.casework.demo.forms import made_up
from udmelding.casework.forms.answers import SentAnswer, Taken, take_in_answer
from udmelding.casework.forms.question_sets import ask
from udmelding.casework.report import writing as report_writing
from udmelding.casework.report.comment_mails import Reader
from udmelding.casework.report.comment_rounds import open_round
from udmelding.casework.report.writing import NewVersion, Wording, make_version, write_block
from udmelding.casework.wiring import Services
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_named
from udmelding.config.forms.questions import Respondent
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.stamp import Stamp

FORM = form_named("domfaeldte")


def towns_of(services: Services, reference: str, now: dt.datetime) -> list[str]:
    with reading(services.engine) as session:
        case = load(session, reference, now)
    return [p.party for p in case.parties if p.kind is PartyKind.MUNICIPALITY and p.is_asked]


def typed_for(seed: str, now: dt.datetime, form: Form = FORM, **changed: str) -> dict[str, str]:
    """A whole made-up answer, with some of it changed."""
    typed = made_up(form, seed, now.date(), Respondent.MUNICIPALITY)
    return {path: text for path, text in (typed | changed).items() if text}


def first_version(form: Form) -> Form:
    """The set before a number bounded the rows of its tables: the key is not there at all."""
    data = form.model_dump(mode="json")
    for section in data["sections"]:
        for question in section["questions"]:
            if question["kind"] == "table":
                del question["at_most"]
    return Form.model_validate(data | {"version": 1})


def stays(count: int, now: dt.datetime, *, lines: int) -> dict[str, str]:
    """A whole answer to «gravide»: so many were in residential care, and so many lines tell it."""
    made = typed_for("0360", now, form_named("gravide"))
    typed = {path: text for path, text in made.items() if not path.startswith("forloebene.")}
    typed |= {"gravide": "9", "behov_doegn": "9", "fik_doegn": str(count), "tilbageholdt": "0"}
    typed |= {"ventetid": "12", "doegnpris": "3.000", "rusmiddel.alkohol.antal": "9"}
    typed |= {f"rusmiddel.{row}.antal": "0" for row in ("opioider", "cannabis", "andet")}
    said = {"henvist_fra": "anden", "uger": "9", "gennemfoert": "ja"}
    return typed | {
        f"forloebene.{line}.{column}": text
        for line in range(1, lines + 1)
        for column, text in said.items()
    }


MORE_LINES = "Der er 4 linjer, men «Kom i døgnbehandling» er 3. Slet linjer, eller ret tallet."


def answer(
    services: Services,
    reference: str,
    party: str,
    now: dt.datetime,
    *,
    seed: str = "",
    base: str | None = "",
    channel: Channel = Channel.LINK,
    typed: dict[str, str] | None = None,
) -> Taken:
    sent = SentAnswer(
        step="collection",
        party=party,
        typed=typed_for(seed or party, now) if typed is None else typed,
        channel=channel,
        base=base,
        confirmed="tallene er rigtige",
    )
    return take_in_answer(services, reference, sent, Stamp(now, "anna"))


def collected(
    services: Services, reference: str, now: dt.datetime, but: Collection[str] = ()
) -> list[str]:
    """Ask the questions and let all answer but some; gives those who answered."""
    ask(services, reference, FORM, Stamp(now, "anna"))
    done = [party for party in towns_of(services, reference, now) if party not in but]
    for party in done:
        answer(services, reference, party, now)
    return done


READERS = (
    Reader("Fagchefen (opdigtet)", "fagchef@styregruppen.example", "styregruppen"),
    Reader("Netværket (opdigtet)", "netvaerk@faglig.example", "et fagligt netværk"),
)


PDF, WORD = b"%PDF-1.7 the report", b"PK the report"


@contextmanager
def files_at_once() -> Iterator[None]:
    """Versions of the report get files of a few bytes: how it looks is none of our matter.

    To draw one takes two seconds; tests of the report's own files do it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_writing, "report_pdf", lambda *_, **__: PDF)
        patch.setattr(report_writing, "report_docx", lambda *_, **__: WORD)
        yield


def drafted(services: Services, reference: str, now: dt.datetime) -> None:
    """Write paragraphs with figures, make two drafts, and send the second out for remarks."""
    stamp = Stamp(now, "anna")
    for chapter, text in (
        ("resume", "Kommunerne har ansvar for {borgere} borgere.\n\n- {svarede} har svaret."),
        ("anbefalinger", "Det anbefales at **udnytte pladserne fælles**."),
    ):
        write_block(services, reference, Wording(chapter=chapter, text=text), stamp)
    with files_at_once():
        make_version(services, reference, NewVersion(reason="første udkast"), stamp)
    later = Wording(chapter="baggrund", text="Målgruppen er meget lille.")
    write_block(services, reference, later, stamp)
    with files_at_once():
        number = make_version(services, reference, NewVersion(), stamp)
    open_round(
        services,
        reference,
        version=number,
        due_on=now.date() + dt.timedelta(days=14),
        readers=READERS,
        text="Se især på anbefalingerne.",
        stamp=stamp,
    )
