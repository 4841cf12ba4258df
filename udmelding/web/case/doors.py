"""The head of a case: its five doors, the pages behind each, and the facts beside the verdict.

A door answers one question, and holds the pages that help with it. The head is the same on each of
them and stays small; nothing else may be added to it: a warning belongs where one acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from models import PartyKind, Stage
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.rules.case.case import Case
from udmelding.rules.parties.asking import asked_in
from udmelding.rules.status.curve import Curve, answer_curve, decision_curve
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import near_date
from udmelding.rules.words.texts import first_upper

COUNCILS = "/kommuner"

DOORS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Status": (("", "Lige nu"), ("/plan", "Plan"), ("/prognose", "Prognose")),
    "Kommuner": (
        (COUNCILS, "Alle kommuner"),
        ("/skylder", "Hvem skylder hvad"),
        ("/links", "Links"),
    ),
    "Skema og rapport": (
        ("/skema", "Spørgeskema"),
        ("/tal", "Tal"),
        ("/rapport", "Rapport"),
        ("/bemaerkninger", "Bemærkninger"),
    ),
    "Møder og papirer": (
        ("/moede", "Til mødet"),
        ("/papirer", "Papirer"),
        ("/breve", "Breve"),
        ("/dokumenter", "Dokumenter"),
    ),
    "Historik": (("/log", "Log"), ("/mails", "Mails"), ("/pause", "Mails på vej")),
}
"""The pages behind each door; the first one is what the door opens on."""

WORK: Mapping[Stage, str] = {
    Stage.RECEIPT: "/dokumenter",
    Stage.COLLECTION: "/skema",
    Stage.DRAFTING: "/rapport",
    Stage.DECISIONS: "/moede",
    Stage.COUNCILS: COUNCILS,
    Stage.SUBMISSION: "/breve",
    Stage.FOLLOW_UP: "/log",
}
"""Where the work of each stage is done."""

_GATHERING = (Stage.RECEIPT, Stage.COLLECTION, Stage.DRAFTING)

_ACTING = frozenset({"/links"})
"""Pages that only caseworkers may open."""


@dataclass(frozen=True, slots=True)
class Door:
    """One door as a page shows it.

    Attributes:
        count: what waits behind it.
        pages: those beside each other behind it: address, name, whether it is the one shown.
    """

    name: str
    address: str
    is_here: bool
    count: int
    pages: tuple[tuple[str, str, bool], ...]


def doors_of(case: Case, path: str, query: str, *, may_act: bool) -> tuple[Door, ...]:
    """The doors of a case, seen from the page at ``path``."""
    home = f"/sager/{case.reference}"
    counts = {"Kommuner": len(asked_in(case)) if may_act else 0}
    made = []
    for name, pages in DOORS.items():
        shown = tuple(
            (f"{home}{address}{query}", title, _is_at(path, home, address))
            for address, title in pages
            if may_act or address not in _ACTING
        )
        is_here = any(here for _, _, here in shown)
        made.append(Door(name, shown[0][0], is_here, counts.get(name, 0), shown))
    return tuple(made)


def _is_at(path: str, home: str, address: str) -> bool:
    here = f"{home}{address}"
    return path == here or bool(address and path.startswith(f"{here}/"))


def place_of(case: Case, step_id: str, party: str = "") -> str:
    """The page on which something of a step is done, or is seen of one municipality.

    Args:
        case: whose step it is.
        step_id: from a plan, or of something that is owed.
        party: who owes it, where it is one's.
    """
    home = f"/sager/{case.reference}"
    one = case.party(party)
    if one is not None and one.kind is PartyKind.MUNICIPALITY:
        return f"{home}{COUNCILS}/{party}"
    step = case.process.step(step_id)
    if step is None:
        return f"{home}{WORK[Stage.FOLLOW_UP]}"
    if step.parties in (Parties.BODY, Parties.CHAIN):
        return f"{home}/moede?{urlencode({'moede': f'{step.id}@'})}"
    return f"{home}{WORK.get(step.stage, '')}"


def counted(case: Case, found: Status) -> tuple[str, str, str] | None:
    """How far the municipalities have come: what is counted, the count, and the country's.

    Answers are counted until the bodies have the report, decisions from then on; None where the
    one that is on is asked of nobody.
    """
    country = found.country
    is_gathering = found.stage in _GATHERING
    told = ""
    if country is not None and (country.approved or not is_gathering):
        told = f"{country.approved} af {country.total} har godkendt i landet"
    if is_gathering:
        answering = {
            step.id
            for step in case.process.steps
            if step.parties is Parties.MUNICIPALITIES and step.fulfilled_by is FulfilledBy.RESPONSE
        }
        count = next((one for one in found.steps if one.step_id in answering and one.total), None)
        return ("Svar", f"{count.fulfilled} af {count.total}", told) if count else None
    if not found.councils.total:
        return None
    return "Besluttet", f"{found.councils.decided} af {found.councils.total}", told


def curve_of(found: Status) -> Curve | None:
    """What is counted against its day now; None while the bodies have the report.

    Answers in the collection, decisions once the councils have it: before any, a picture of
    decisions shows nothing.
    """
    if found.stage in _GATHERING:
        return answer_curve(found.standings, found.as_of)
    if found.plan is None or (found.stage is Stage.DECISIONS and not found.councils.decided):
        return None
    return decision_curve(found.plan, found.as_of)


def coming(found: Status) -> str:
    """What is due next, and when, as one says it; empty where nothing has a day."""
    dated = next((owed for owed in found.next if owed.due_on is not None), None)
    if dated is None or dated.due_on is None:
        return ""
    same = _all_of(found, dated.step_id)
    is_told = len(same) > 1 or dated.party in ("secretariat", dated.step_id)  # a body is its step
    who = "" if is_told else f", {dated.party_name}"
    return f"{first_upper(dated.what)}{who} {near_date(dated.due_on, found.as_of)}"


def _all_of(found: Status, step: str) -> Sequence[str]:
    return [owed.party for owed in found.next if owed.step_id == step]
