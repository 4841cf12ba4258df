"""How values look in a terminal: tables that read well at 100 columns, in words and signs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.response import Completeness
from udmelding.casework.mail.coming import ComingGroup
from udmelding.casework.mail.progress import Progress
from udmelding.journal.case.log import LogLine
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.rules.case.glossary import SYMBOLS, label
from udmelding.rules.case.standing import Standing, State
from udmelding.rules.plan.plan_wording import days
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.status.lights import letter_sentences
from udmelding.rules.status.owed import Owed
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date, short_date, weekday_date
from udmelding.rules.words.lists import join_names

console = Console(highlight=False)
error_console = Console(stderr=True, highlight=False)

_STYLES = {
    State.FULFILLED: "green",
    State.OVERDUE: "bold red",
    State.WAIVED: "dim",
    State.NOT_ASKED: "dim",
}


def heading(text: str) -> None:
    """A heading with room above it."""
    console.print()
    console.print(Text(text, style="bold"))


def table(*columns: str, right: Sequence[int] = ()) -> Table:
    """An open table; the columns whose numbers are in ``right`` are right-aligned."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, name in enumerate(columns):
        made.add_column(name, justify="right" if index in right else "left")
    return made


def day(value: dt.date | None) -> str:
    """A short Danish date, or a dash."""
    return short_date(value) if value else "–"


def show_status(found: Status) -> None:
    """The head of a case: stage, deadline, counts, submission."""
    console.rule(Text(f"{found.reference}", style="bold"), align="left")
    console.print(Text(found.title, style="bold"))
    console.print(f"Status pr. {long_date(found.as_of)} · stadie: {label(found.stage)}")
    if found.deadline is not None:
        left = (found.deadline - found.as_of).days
        when = f"om {days(left)}" if left >= 0 else f"for {days(-left)} siden"
        console.print(f"Frist: {weekday_date(found.deadline)} ({when})")
    if found.plan is not None and found.submission is None:
        console.print(verdict_on(found.plan).sentence)
    _show_councils(found)
    _show_submission(found)
    for sentence in letter_sentences(found):
        console.print(sentence)
    if found.has_made_up:
        console.print(
            Text("Sagen har opdigtede oplysninger til demonstration; de er mærket *.", style="dim")
        )


def _show_councils(found: Status) -> None:
    councils = found.councils
    if councils.total:
        text = f"{councils.approved} af {councils.total} kommuner har godkendt"
        if found.country and found.country.approved > councils.approved:
            text += f" · {found.country.approved} af {found.country.total} i hele landet"
        console.print(text)
    if councils.missing and councils.decided:
        names = join_names([party.name for party in councils.missing])
        console.print(f"Mangler: {names}")
    if councils.rejected:
        console.print(f"Afvist: {join_names([party.name for party in councils.rejected])}")


def _show_submission(found: Status) -> None:
    sent = found.submission
    if sent is None:
        return
    text = f"Sendt {sent.when}"
    if sent.reservation_for:
        names = {row.party.party: row.party.name for row in found.standings}
        text += " med forbehold for " + join_names(
            [names.get(code, code) for code in sent.reservation_for]
        )
    console.print(f"{text}.")
    if sent.reservation_for and not found.reservation_open:
        console.print("Alle kommuner i forbeholdet har godkendt.")
    if found.waiting:
        console.print(found.waiting)


def show_after_submission(told: Sequence[str]) -> None:
    """What happened since the report was sent; nothing before that."""
    if told:
        heading("Efter fremsendelsen")
        for text in told:
            console.print(f"– {text}")


def show_matrix(found: Status) -> None:
    """Municipalities × steps, with the date on which each was met or is due."""
    shown_rows = [r for r in found.standings if r.step.parties.value == "municipalities"]
    steps = list(dict.fromkeys(row.step.id for row in shown_rows))
    if not steps:
        console.print("Sagen har ingen kommunetrin.")
        return
    titles = {row.step.id: row.step.title for row in shown_rows}
    parties = list(dict.fromkeys(row.party.party for row in shown_rows))
    at = {(row.party.party, row.step.id): row for row in shown_rows}
    heading(f"Kommunerne pr. {short_date(found.as_of)}")
    shown = table("Kommune", *(titles[step] for step in steps), "Sidst skrevet til")
    for party in parties:
        cells = [at.get((party, step)) for step in steps]
        first = next(cell for cell in cells if cell is not None)
        written = [
            cell.last_mail.finished_at.date()
            for cell in cells
            if cell is not None and cell.last_mail and cell.last_mail.finished_at
        ]
        shown.add_row(
            first.party.name,
            *(_cell(cell, found.nothing) for cell in cells),
            day(max(written, default=None)),
        )
    console.print(shown)
    legend = " · ".join(f"{SYMBOLS[state]} {label(state)}" for state in State)
    console.print(Text(legend, style="dim"))


def _cell(row: Standing | None, nothing: str) -> Text:
    if row is None:
        return Text("")
    words = {
        State.FULFILLED: _met(row, nothing),
        State.WAIVED: "fritaget",
        State.OPEN: f"frist {day(row.due_on)}",
        State.OVERDUE: f"frist var {day(row.due_on)}",
        State.NOT_ASKED: "",
    }[row.state]
    if row.is_extended and row.state.is_owed:
        words += " (forlænget)"
    made_up = "*" if row.is_made_up else ""
    return Text(f"{SYMBOLS[row.state]} {words}{made_up}", style=_STYLES.get(row.state, ""))


def _met(row: Standing, nothing: str) -> str:
    what = ""
    if row.outcome is not None:
        what = f" {label(row.outcome)}"
    elif row.completeness is Completeness.NO_CITIZENS:
        what = f" {nothing}"
    late = ", for sent" if row.is_late else ""
    declared = "" if row.is_proven or row.outcome is None else " (meldt)"
    return f"{day(row.met_on)}{what}{late}{declared}"


def show_owed(owed: Sequence[Owed], *, title: str, limit: int | None = None) -> None:
    """Who owes what, by date; those who owe the same thing on the same day share a line."""
    heading(title)
    if not owed:
        console.print("Intet.")
        return
    grouped: dict[tuple[dt.date | None, str, str], list[Owed]] = {}
    for item in owed:
        grouped.setdefault((item.due_on, item.reference, item.what), []).append(item)
    shown = table("Frist", "Over", "Sag", "Hvad", "Hvem", right=(1,))
    for (due_on, reference, what), items in list(grouped.items())[:limit]:
        over = items[0].days_over or 0
        names = join_names([item.party_name for item in items])
        shown.add_row(
            Text(day(due_on), style=_STYLES.get(items[0].state, "")),
            days(over) if over > 0 else "",
            reference,
            what,
            f"{len(items)}: {names}" if len(items) > 1 else names,
        )
    console.print(shown)
    if limit is not None and len(grouped) > limit:
        console.print(f"… og {len(grouped) - limit} linjer mere; se dem med «udmelding due».")


def show_mails(
    mails: Sequence[OutboxMail], progress: Mapping[str, Progress], *, limit: int | None = None
) -> None:
    """Mails, the newest last, one line each."""
    shown = table("Skrevet", "Til", "Emne", "Tilstand")
    for mail in mails[-limit:] if limit else mails:
        more, came = len(mail.recipients) + len(mail.copies) - 1, progress[mail.key]
        shown.add_row(
            short_date(mail.created_at.date()),
            _cut(mail.recipients[0], 24) + (f" +{more}" if more else ""),
            _cut(mail.subject.partition("] ")[2], max(20, console.width - 54)),
            ", ".join(filter(None, (came.furthest.words, came.gathered))),
        )
    console.print(shown)


def show_fates(mails: Mapping[str, int]) -> None:
    """Say in one line how many mails met which fate."""
    from udmelding.casework.mail.fates import fates_in_words

    if told := fates_in_words(mails):
        console.print(told)


def show_coming(groups: Sequence[ComingGroup]) -> None:
    """Mails that are to come, by day; those of one kind on a day share a line."""
    if not groups:
        console.print("Der er ingen mails på vej i sagen.")
        return
    shown = table("Sendes", "Hvad", "Frist", "Til")
    for group in groups:
        lines = [
            f"{mail.name} ({', '.join(mail.to) or 'mangler mailadresse'})" for mail in group.mails
        ]
        by_hand = " – når en af jer sender den" if group.awaits_release else ""
        shown.add_row(
            short_date(group.on),
            f"{label(group.mail)}{by_hand}",
            day(group.due_on),
            "\n".join(lines),
        )
    console.print(shown)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def show_log(lines: Sequence[LogLine]) -> None:
    """The log, oldest first; replaced facts are struck through and say when they were replaced."""
    for line in lines:
        when = f"{short_date(line.at.date())} {line.at:%H:%M}"
        text = Text(f"{when}  {line.text}{'*' if line.is_made_up else ''}")
        if line.replaced_at is not None:
            text.stylize("strike", len(when) + 2)
            text.append(f"  (erstattet {short_date(line.replaced_at.date())})")
        detail = ", ".join(part for part in (line.by, line.source) if part)
        console.print(text)
        console.print(Text(f"    {detail}  [{line.key}]", style="dim"))
