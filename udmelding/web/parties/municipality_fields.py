"""What does a municipality declare? Reads its forms and turns them into facts of the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import Request

from models import Completeness, DocumentKind, Level, Outcome
from udmelding.casework.files import TakenFile
from udmelding.casework.parties.declarations import contact_note
from udmelding.errors import RefusedError
from udmelding.rules.case.standing import Standing
from udmelding.rules.words.danish_dates import Direction, read_date, read_day
from udmelding.rules.words.date_wording import short_date
from udmelding.web.parties.municipality_view import OwnView
from udmelding.web.upload import SentFile, sent_file
from udmelding.web.visitor import HAS_LOOKED

FIELDS = (
    "form",
    "form_value",
    "step",
    "completeness",
    "expected_on",
    "time_step",
    "wanted_on",
    "reason",
    "decided_on",
    "outcome",
    "level",
    "item_number",
    "evidence",
    "even_so",
    "corrects",
    "name",
    "email",
    HAS_LOOKED,
)
WRITTEN = ("reason", "item_number", "evidence", "name", "email")
"""Fields for free text, in which a CPR number may stand."""

OUTCOMES = (
    Outcome.APPROVED,
    Outcome.APPROVED_WITH_REMARKS,
    Outcome.RECOMMENDED,
    Outcome.NOTED,
    Outcome.POSTPONED,
    Outcome.SENT_BACK,
    Outcome.REJECTED,
)
OFFERED = tuple(
    outcome for outcome in OUTCOMES if outcome not in (Outcome.RECOMMENDED, Outcome.SENT_BACK)
)
"""What the page offers: a council neither recommends nor sends back what it is to decide."""

LEVELS = (Level.COUNCIL, Level.FINANCE_COMMITTEE, Level.COMMITTEE)
ANSWERS = (Completeness.COMPLETE, Completeness.NO_CITIZENS)
MOST_OF_REASON, MOST_OF_ITEM = 100, 20
CALLED_HERE: Mapping[str, Mapping[str, str]] = {
    "time": {"title": "Kort hvorfor"},
    "contact": {"title": "Navn eller mailadresse"},
}
"""By form: what the field of the fact is called on the page, where that is another word."""

DONE: Mapping[str, str] = {
    "answer": "Tak. Jeres svar er meldt til sekretariatet.",
    "expect": "Tak. Sekretariatet kan se, hvilken dag I ventes at beslutte.",
    "time": "Tak. Sekretariatet har fået jeres ønske om mere tid. Fristen gælder, til I hører nyt.",
    "decide": "Tak. Beslutningen er meldt. Sekretariatet ser på dokumentationen.",
    "contact": "Tak. Sekretariatet har fået jeres nye kontakt og skriver til den, når den er "
    "godkendt.",
}
"""What the page says after each form."""

Facts = list[tuple[str, Mapping[str, Any]]]
Keep = Callable[[SentFile], TakenFile]


@dataclass(frozen=True, slots=True)
class Said:
    """What stood on a form; fields that were not sent are empty."""

    fields: Mapping[str, str]
    file: SentFile | None

    def __getitem__(self, name: str) -> str:
        return self.fields[name]


async def said_on_page(request: Request) -> Said:
    """Read a form; white space is tidied, so that nothing said spans lines."""
    form = await request.form(max_files=1, max_fields=40)
    given = {name: form.get(name, "") for name in FIELDS}
    fields = {n: " ".join(v[:2000].split()) if isinstance(v, str) else "" for n, v in given.items()}
    return Said(fields, await sent_file(form, "minutes"))


def facts_of(view: OwnView, said: Said, keep: Keep) -> Facts:
    """The facts that a form asks to record.

    Args:
        view: what the municipality may declare now.
        said: what it wrote.
        keep: takes the minutes in.

    Raises:
        RefusedError: something is missing or wrong, or may not be declared any more.
    """
    read = _READ.get(said["form"])
    if read is None or view.is_closed:
        raise RefusedError("Det kan ikke meldes her. Skriv til sekretariatet.")
    return read(view, said, keep)


def _answer(view: OwnView, said: Said, _: Keep) -> Facts:
    step = _chosen(view.answerable, said["step"])
    completeness = _word(ANSWERS, said["completeness"], "Vælg, hvad I svarer.")
    answer = {
        "step": step.step.id,
        "party": step.party.party,
        "on": view.today,
        "completeness": completeness,
    }
    return [("response", answer)]


def _expect(view: OwnView, said: Said, _: Keep) -> Facts:
    if view.council is None or not view.can_expect:
        raise RefusedError("I har allerede besluttet. Skriv til sekretariatet, hvis det er galt.")
    day = _day(said["expected_on"], view.today, Direction.COMING, "Skriv den dag, I beslutter.")
    if day < view.today:
        raise RefusedError(f"{short_date(day)} er gået. Meld beslutningen i stedet.")
    council = view.council
    expected = {"step": council.step.id, "party": council.party.party, "expected_on": day}
    return [("expectation", expected)]


def _time(view: OwnView, said: Said, _: Keep) -> Facts:
    row = _chosen(view.owing, said["time_step"])
    reason = said["reason"]
    if not reason or len(reason) > MOST_OF_REASON:
        raise RefusedError(f"Skriv kort hvorfor, højst {MOST_OF_REASON} tegn.")
    until = ""
    if said["wanted_on"]:
        day = _day(said["wanted_on"], view.today, Direction.COMING, "")
        until = f", ønsket frist {short_date(day)}"
    title = f"{row.party.name} beder om mere tid ({row.step.title.lower()}{until}): {reason}"
    return [_note(view, title)]


def _decide(view: OwnView, said: Said, keep: Keep) -> Facts:
    council = view.council
    if council is None or not view.can_decide:
        raise RefusedError("Beslutningen kan ikke meldes her. Skriv til sekretariatet.")
    missing = "Skriv den dag, beslutningen blev truffet."
    day = _day(said["decided_on"], view.today, Direction.PAST, missing)
    if day > view.today:
        raise RefusedError(f"{short_date(day)} er ikke kommet endnu. Meld dagen som ventet.")
    decision: dict[str, Any] = {
        "step": council.step.id,
        "party": council.party.party,
        "on": read_date(said["decided_on"], today=view.today, direction=Direction.PAST),
        "outcome": _word(OUTCOMES, said["outcome"], "Vælg, hvad der blev besluttet."),
        "level": _word(levels_of(view), said["level"], "Vælg, hvem der besluttede."),
        "item_number": _item(said["item_number"]),
        "evidence": _address(said["evidence"]),
        "is_proven": False,
    }
    if said["corrects"]:
        own = {decision.key for decision in view.own_decisions}
        if said["corrects"] not in own:
            raise RefusedError("Den beslutning kan ikke rettes her. Skriv til sekretariatet.")
        decision["corrects"] = said["corrects"]
    if said.file is None:
        return [("decision", decision)]
    title = f"{council.party.name}: referat {short_date(day)}"
    minutes = {"title": title, "dated_on": day, "document_kind": DocumentKind.MINUTES}
    minutes |= asdict(keep(said.file))
    decision["evidence"] = decision["evidence"] or minutes["file_name"]
    return [("document", minutes), ("decision", decision)]


def _contact(view: OwnView, said: Said, _: Keep) -> Facts:
    return [_note(view, contact_note(view.opened.party.name, said["name"], said["email"]))]


_READ: Mapping[str, Callable[[OwnView, Said, Keep], Facts]] = {
    "answer": _answer,
    "expect": _expect,
    "time": _time,
    "decide": _decide,
    "contact": _contact,
}


def _note(view: OwnView, title: str) -> tuple[str, Mapping[str, Any]]:
    if len(title) > 200:
        raise RefusedError("Teksten er for lang. Skriv kortere.")
    return ("milestone", {"on": view.today, "title": title})


def _chosen(rows: tuple[Standing, ...], step: str) -> Standing:
    found = next((row for row in rows if row.step.id == step), None)
    if found is None:
        raise RefusedError("Det mangler I ikke mere. Genindlæs siden.")
    return found


def _word(allowed: tuple[Any, ...], value: str, missing: str) -> Any:
    found = next((word for word in allowed if word.value == value), None)
    if found is None:
        raise RefusedError(missing)
    return found


def _day(text: str, today: dt.date, direction: Direction, missing: str) -> dt.date:
    if not text:
        raise RefusedError(missing)
    return read_day(text, today=today, direction=direction)


def levels_of(view: OwnView) -> tuple[Level, ...]:
    """Who can have decided; the administration only where that is laid out to it."""
    decides = view.opened.case.deciding_level(view.opened.party.party)
    return LEVELS if decides in LEVELS else (*LEVELS, decides)


def _item(text: str) -> str:
    if len(text) > MOST_OF_ITEM:
        raise RefusedError(f"Punktets nummer kan højst være {MOST_OF_ITEM} tegn.")
    return text


def _address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise RefusedError("Linket til referatet skal begynde med https://.")
    return text
