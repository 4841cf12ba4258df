"""Answers, tables, report, papers and workbooks of a national case: 98 municipalities.

Each workload has a process of its own, so its peak is its own. The question set has 60 questions,
the report 98 rows and 12 charts. There is no floor to compare with; the aims are times and memory.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import peak_of_children_mb, peak_rss_mb, spent, timed
from benchmarks.results import Aim, Measure, Result
from models import Channel, PartyKind, Scope
from udmelding import clock
from udmelding.casework.demo.forms import made_up
from udmelding.casework.forms.answers import SentAnswer, take_in_answer
from udmelding.casework.forms.question_sets import ask
from udmelding.casework.forms.workbooks import Incoming, take_in_workbook, workbooks
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.papers.papers import council_zip
from udmelding.casework.plan.explaining import wheel_pdf_of
from udmelding.casework.report.figures import case_figures
from udmelding.casework.report.seen import open_report
from udmelding.casework.report.writing import NewVersion, Wording, make_version, write_block
from udmelding.casework.wiring import Services, make_services
from udmelding.config.forms.forms import Form, Section
from udmelding.config.forms.questions import Counts, Kind, Option, Question, Respondent
from udmelding.documents.report.docx import report_docx
from udmelding.documents.report.pdf import report_pdf
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.report.publication import Rule
from udmelding.rules.report.publishing import proposed

REF = "CU-STOR-2025"
START = clock.at(dt.date(2025, 1, 6))
NOW = START + dt.timedelta(days=30)
COUNCILS = 98
_SECTIONS, _EACH = 12, 5


def big_form() -> Form:
    """60 questions in twelve sections: counts of citizens, amounts, choices and texts."""
    sections = [
        Section(
            id=f"afsnit_{s}",
            title=f"Afsnit {s}",
            questions=tuple(_question(s, q) for q in range(1, _EACH + 1)),
        )
        for s in range(1, _SECTIONS + 1)
    ]
    return Form(id="stor", version=1, title="Stort skema", sections=tuple(sections))


def _question(section: int, number: int) -> Question:
    code = f"q_{section}_{number}"
    text = f"Spørgsmål {section}.{number} om målgruppen"
    if number <= 3:
        return Question(
            id=code, text=text, kind=Kind.INTEGER, counts=Counts.CITIZENS, minimum=0, maximum=900
        )
    if number == 4:
        options = tuple(Option(id=f"svar_{n}", text=f"Svar {n}") for n in range(1, 5))
        return Question(id=code, text=text, kind=Kind.CHOICE, options=options)
    return Question(id=code, text=text, kind=Kind.AMOUNT, decimals=0, minimum=0, maximum=90_000)


def _case(folder: Path) -> Services:
    os.environ["UDMELDING_HOME"] = str(folder)
    services = make_services()
    with writing(services.engine) as session:
        new = NewCase(
            reference=REF,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.NATIONAL,
            received_on=START.date(),
            particulars=NewParticulars(title="En landsdækkende sag"),
            deadline=NewDeadline(due_on=dt.date(2025, 12, 1)),
            asks_all=True,
            is_made_up=True,
        )
        launch_case(session, services.settings, new, Stamp(START, "måling"))
    ask(services, REF, big_form(), Stamp(START, "måling"))
    return services


def _answer_all(services: Services) -> None:
    form = big_form()
    with reading(services.engine) as session:
        case = load(session, REF, START)
    for party in case.parties:
        if party.kind is PartyKind.MUNICIPALITY:
            sent = SentAnswer(
                step="collection",
                party=party.party,
                typed=made_up(form, party.party, NOW.date(), Respondent.MUNICIPALITY),
                channel=Channel.LINK,
            )
            take_in_answer(services, REF, sent, Stamp(NOW, "måling"))


def _result(name: str, seconds: float, aim: Aim) -> Result:
    return Result(
        workload=name,
        cases=1,
        councils=COUNCILS,
        seconds=seconds,
        peak_rss_mb=peak_rss_mb(),
        aim=aim,
    )


def collecting(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """98 answers of 60 questions taken in; then what is to be hidden of them is worked out."""
    services = _case(folder)
    seconds, _ = timed(lambda: _answer_all(services))
    yield _result("collect/take-in-98-answers", seconds, Aim(Measure.SECONDS, 60))
    with reading(services.engine) as session:
        case = load(session, REF, NOW)

        def propose() -> None:
            proposed(case_figures(session, case, None).gathered, Rule(), NOW.date())

        seconds, _ = timed(propose)
    yield _result("collect/tabulate-and-hide", seconds, Aim(Measure.SECONDS, 10))
    yield _result("collect/memory", 0, Aim(Measure.MEMORY, 400))


def reporting(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """The report with 98 rows and 12 charts, as Word and as PDF, in processor seconds."""
    services = _case(folder)
    _answer_all(services)
    text = "Kommunerne har ansvar for {q_1_1} borgere. " * 20
    wording = Wording(chapter="resume", text=text)
    write_block(services, REF, wording, Stamp(NOW, "måling"))
    values = open_report(services, REF, NOW).values(1, is_final=False, dated_on=NOW.date())
    seconds, _ = spent(lambda: report_docx(values, NOW))
    yield _result("report/word", seconds, Aim(Measure.SECONDS, 1.6))
    seconds, _ = spent(lambda: report_pdf(values, NOW))
    yield _result("report/pdf", seconds, Aim(Measure.SECONDS, 2))
    yield replace(
        _result("report/memory", 0, Aim(Measure.MEMORY, 280)), peak_rss_mb=peak_of_children_mb()
    )


def papers(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """98 council papers with their own figures, each as Word and PDF, in one zip; single sheets."""
    services = _case(folder)
    _answer_all(services)
    make_version(services, REF, NewVersion(is_final=True), Stamp(NOW, "måling"))
    target = folder / "papirer.zip"
    seconds, (of_processors, _) = timed(
        lambda: spent(lambda: council_zip(services, REF, NOW, target))
    )
    yield _result("papers/98-council-papers", seconds, Aim(Measure.SECONDS, 60))
    made = _result("papers/98-council-papers-processor", of_processors, Aim(Measure.SECONDS, 5))
    yield replace(made, why_not="each paper has 60 rows of figures, and Typst lays out each cell")
    with reading(services.engine) as session:
        case = load(session, REF, NOW)
    seconds = min(spent(lambda: wheel_pdf_of(services, case, NOW))[0] for _ in range(3))
    yield _result("papers/year-wheel-processor", seconds, Aim(Measure.SECONDS, 0.3))
    yield _result("papers/memory", 0, Aim(Measure.MEMORY, 400))


def exchanging(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """98 workbooks written, filled, and read back into answers."""
    services = _case(folder)
    _answer_all(services)
    seconds, made = timed(lambda: list(workbooks(services, REF, NOW)))
    yield _result("workbooks/write-98", seconds, Aim(Measure.SECONDS, 60))

    def read() -> None:
        for book in made:
            came = Incoming(name=book.name, content=book.content)
            take_in_workbook(services, REF, came, Stamp(NOW, "måling"))

    seconds, _ = timed(read)
    yield _result("workbooks/read-98", seconds, Aim(Measure.SECONDS, 60))
    yield _result("workbooks/memory", 0, Aim(Measure.MEMORY, 400))
