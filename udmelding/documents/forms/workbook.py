"""The workbook that a respondent fills in instead of the page: one for each, made from its form.

What stands in it already is what was typed or answered before, and what was answered last time is
shown beside it. How it is read back is told in ``reading``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.workbook import Workbook
from openpyxl.workbook.protection import WorkbookProtection

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Respondent
from udmelding.documents.archives import workbook_bytes
from udmelding.documents.forms.checks import LISTS, Cells, Validations
from udmelding.documents.forms.guide import Guide, write_guide
from udmelding.documents.forms.identity import Identity, write_identity
from udmelding.documents.forms.layout import GUIDE, Place, cell_map, place_typed, sheet_plans
from udmelding.documents.forms.sheets import Writing, write_sheet
from udmelding.documents.forms.styles import add_styles


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookRequest:
    """Whose workbook it is, and what stands in it.

    Attributes:
        form: the question set; ``respondent`` which sections are asked.
        reference: the case; ``step`` what the answer is to.
        party: code of who answers; ``party_name`` its name.
        question_set: key of the set that the case sent out.
        base: key of the answer that ``typed`` comes from; empty for none.
        typed: what the answer cells begin with: text by path.
        last: last time's answer: text by path.
        secretariat: who gets it; ``email`` where.
        due_on: when; None where no deadline is set.
        made_at: now.
    """

    form: Form
    respondent: Respondent
    reference: str
    case_title: str
    party: str
    party_name: str
    step: str
    question_set: str
    secretariat: str
    email: str
    made_at: dt.datetime
    due_on: dt.date | None = None
    base: str = ""
    typed: Mapping[str, str]
    last: Mapping[str, str]


def answer_workbook(request: WorkbookRequest) -> bytes:
    """The workbook as the bytes of an ``.xlsx`` file; the same request gives the same bytes.

    Raises:
        RefusedError: ``typed`` has more rows than a table takes.
    """
    plans = sheet_plans(request.form, request.respondent)
    places = cell_map(plans)
    typed = place_typed(request.form, request.typed)
    last = place_typed(request.form, request.last, is_cut=True)
    book = Workbook()
    add_styles(book)
    book.worksheets[0].title = GUIDE
    names = {plan.mark: plan.name for plan in plans}
    for plan in plans:
        book.create_sheet(plan.name)
    # The lists stand last, so that a program that ignores «very hidden» shows them last.
    book.create_sheet(LISTS).sheet_state = "veryHidden"
    book[LISTS].protection.sheet = True
    writing = Writing(
        book=book,
        form=request.form,
        cells=Cells(places, names),
        validations=Validations(book, request.form),
        typed=typed,
        last=last,
        footer=f"{request.reference} · {request.party_name}",
    )
    traces = {plan.mark: write_sheet(book[plan.name], plan, writing) for plan in plans}
    traces[GUIDE] = write_guide(book[GUIDE], _guide(request))
    write_identity(book, _identity(request, names, places, traces))
    # Without a password, as the sheets: it guards against slips. Who sent the file decides what it
    # is worth, and a person who must get behind the protection should not have to ask for a word.
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.identifier = f"{request.reference}/{request.step}/{request.party}"
    title = f"{request.form.title}: {request.party_name}"
    return workbook_bytes(book, request.made_at, title=title, author=request.secretariat)


def _guide(request: WorkbookRequest) -> Guide:
    return Guide(
        form=request.form,
        reference=request.reference,
        case_title=request.case_title,
        party=request.party_name,
        secretariat=request.secretariat,
        email=request.email,
        due_on=request.due_on,
        made_on=request.made_at.date(),
    )


def _identity(
    request: WorkbookRequest,
    names: Mapping[str, str],
    places: Mapping[str, Place],
    traces: Mapping[str, Mapping[str, str]],
) -> Identity:
    return Identity(
        reference=request.reference,
        step=request.step,
        party=request.party,
        party_name=request.party_name,
        respondent=request.respondent.value,
        question_set=request.question_set,
        form=request.form.id,
        version=request.form.version,
        base=request.base,
        names=names,
        places=places,
        traces=traces,
    )
