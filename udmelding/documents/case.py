"""The status of a case as Markdown and as table rows, for whatever shows those (artifacts)."""

from __future__ import annotations

from models.response import Completeness
from udmelding.rules.case.glossary import SYMBOLS, label
from udmelding.rules.case.standing import Standing
from udmelding.rules.plan.plan_wording import guessed
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date, short_date
from udmelding.rules.words.lists import join_names


def status_markdown(found: Status) -> str:
    """The head of the case, its plan, and what is overdue, as Markdown."""
    lines = [
        f"# {found.reference}: {found.title}",
        "",
        f"Status pr. {long_date(found.as_of)}. Stadie: **{label(found.stage)}**.",
    ]
    councils = found.councils
    if councils.total:
        lines.append(f"{councils.approved} af {councils.total} kommuner har godkendt.")
    if found.country:
        lines.append(f"I hele landet {found.country.approved} af {found.country.total}.")
    if found.reservation_open:
        names = join_names([party.name for party in found.reservation_open])
        lines.append(f"Sendt med forbehold for {names}.")
    if found.plan:
        lines += ["", verdict_on(found.plan).sentence, "", *_plan_table(found)]
    if found.overdue:
        lines += ["", "## Over fristen", ""]
        lines += [
            f"- {owed.party_name}: {owed.what}, frist {short_date(owed.due_on)}"
            for owed in found.overdue
            if owed.due_on
        ]
    return "\n".join(lines)


def _plan_table(found: Status) -> list[str]:
    rows = ["| trin | planlagt | senest |", "| --- | --- | --- |"]
    for step in found.plan.steps if found.plan else ():
        planned = step.as_written or (short_date(step.planned) if step.planned else "–")
        planned += guessed(step)
        latest = short_date(step.latest) if step.latest else "–"
        rows.append(f"| {step.title} | {'✓ ' if step.is_done else ''}{planned} | {latest} |")
    return rows


def matrix_table(found: Status) -> list[dict[str, str]]:
    """One row for each party and step, with Danish column names."""
    return [
        {
            "part": row.party.name,
            "trin": row.step.title,
            "status": f"{SYMBOLS[row.state]} {label(row.state)}",
            "frist": short_date(row.due_on) if row.due_on else "",
            "opfyldt": short_date(row.met_on) if row.met_on else "",
            "afgørelse": _outcome(row, found.nothing),
        }
        for row in found.standings
    ]


def _outcome(row: Standing, nothing: str) -> str:
    if row.outcome is not None:
        return label(row.outcome)
    if row.completeness is Completeness.NO_CITIZENS:
        return nothing
    return label(row.completeness) if row.completeness is not None else ""
