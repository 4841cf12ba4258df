"""The fields in which an area is written: from an area to fields and back, and what buttons do.

Fields bear the names that stand in an area's file, ``chain.0.title``, so that what is wrong with
the file is told at its field. An ``id`` travels along hidden; a new one is made of the name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from udmelding.casework.plan.areas import Said
from udmelding.config.case.library import area_data
from udmelding.config.case.process import BodyKind, Process
from udmelding.errors import RefusedError
from udmelding.rules.case.glossary import label
from udmelding.rules.forms.codes import code_of
from udmelding.rules.words.danish_dates import read_day
from udmelding.rules.words.date_wording import short_date
from udmelding.rules.words.texts import first_upper

Fields = dict[str, str]

MOST_ROWS = 20
_MOST_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Group:
    """One list of bodies or councils on the page.

    Attributes:
        key: its name in the file.
        name: the field of a row that has its name.
        what: what one of them is called.
        is_national: whether it stands in the file of the national bodies.
    """

    key: str
    name: str
    what: str
    is_national: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields of a row beside ``id`` and ``also_in``."""
        kind = ("kind",) if self.key == "chain" else ()
        return (self.name, *kind, "from", "until")


GROUPS = (
    Group("chain", "title", "organ"),
    Group("beside", "title", "forum"),
    Group("bodies", "title", "forum", is_national=True),
    Group("regional_councils", "name", "regionsråd"),
)

KINDS = tuple(
    (kind.value, first_upper(label(kind)))
    for kind in BodyKind
    if kind is not BodyKind.COORDINATION_FORUM  # decides nothing, so no case passes it
)
WORDS = ("title", "paper_title", "report")
_IS_FIELD = re.compile(
    rf"name|kkr|({'|'.join(group.key for group in GROUPS)})\.\d{{1,2}}\.[a-z_]+(\.[a-z0-9-]+)?"
    r"|words\.[a-z0-9-]+\.[a-z_]+"
)


@dataclass(frozen=True, slots=True)
class Read:
    """What the fields say: what stands in the two files then, and what is wrong by its field."""

    area: Mapping[str, Any]
    national: Mapping[str, Any]
    flaws: Mapping[str, str]


def fields_of(said: Said) -> Fields:
    """The fields of an area."""
    data = {**area_data(said.area), **area_data(said.national)}
    found = {"name": data["name"], "kkr": data["kkr"]}
    for group in GROUPS:
        for place, row in enumerate(data.get(group.key, ())):
            at = f"{group.key}.{place}"
            found[f"{at}.id"] = row["id"]
            found |= {f"{at}.{name}": _shown(row.get(name)) for name in group.columns}
            found |= {f"{at}.also_in.{process}": "ja" for process in row.get("also_in", ())}
    for process, words in data.get("words", {}).items():
        found |= {f"words.{process}.{name}": words.get(name, "") for name in WORDS}
    return found


def sent_fields(form: Mapping[str, Any]) -> Fields:
    """What of a form that was sent is a field of an area."""
    keys = "|".join(group.key for group in GROUPS)
    wanted = re.compile(
        rf"name|kkr|({keys})\.\d{{1,2}}\.[a-z_]+(\.[a-z0-9-]+)?|words\.[a-z0-9-]+\.[a-z_]+"
    )
    return {
        name: " ".join(str(value).split())[:_MOST_CHARACTERS]
        for name, value in form.items()
        if wanted.fullmatch(name)
    }


def rows_of(fields: Mapping[str, str], group: Group) -> list[Fields]:
    """The rows of a list, each with its fields by their names."""
    found: dict[int, Fields] = {}
    for name, value in fields.items():
        key, _, rest = name.partition(".")
        place, _, column = rest.partition(".")
        if key == group.key and place.isdecimal():
            found.setdefault(int(place), {})[column] = value
    return [found[place] for place in sorted(found)]


def acted(fields: Fields, do: str) -> tuple[Fields, str]:
    """What a button makes of the fields, ``op:chain:1``; and the row one comes back to.

    ``op`` and ``ned`` move a row, ``slet`` takes it away, ``ny`` adds one.
    """
    what, _, rest = do.partition(":")
    key, _, written = rest.partition(":")
    group = next((one for one in GROUPS if one.key == key), None)
    if group is None:
        return fields, ""
    rows = rows_of(fields, group)
    place = int(written) if written.isdecimal() and len(written) < 4 else len(rows)
    if what == "ny" and len(rows) < MOST_ROWS:
        rows.append(dict.fromkeys(group.columns, ""))
        place = len(rows) - 1
    elif what == "slet" and place < len(rows):
        del rows[place]
        place = min(place, len(rows) - 1)
    elif what in ("op", "ned") and place < len(rows):
        other = place + (1 if what == "ned" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            place = other
    others = {name: value for name, value in fields.items() if not name.startswith(f"{key}.")}
    at = {f"{key}.{n}.{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return {**others, **at}, f"{key}.{place}.{group.name}" if rows else key


def read_fields(fields: Mapping[str, str], processes: Sequence[Process], today: dt.date) -> Read:
    """What the fields say; a row in which nothing stands is left out.

    Args:
        fields: as they were sent.
        processes: those there are: their steps' names are no ids of bodies.
        today: the day that dates without a year are seen from.
    """
    flaws: dict[str, str] = {}
    for name, told in (("name", "Skriv områdets navn."), ("kkr", "Skriv, hvad jeres KKR hedder.")):
        if not fields.get(name):
            flaws[name] = told
    area: dict[str, Any] = {"name": fields.get("name", ""), "kkr": fields.get("kkr", "")}
    national: dict[str, Any] = {}
    taken = {step.id for process in processes for step in process.steps}
    taken |= {row["id"] for group in GROUPS for row in rows_of(fields, group) if row.get("id")}
    for group in GROUPS:
        made = list(_rows(fields, group, taken, today, flaws))
        if made:
            (national if group.is_national else area)[group.key] = made
    if not area.get("chain"):
        flaws.setdefault("chain", "Der skal være mindst ét organ i beslutningsvejen.")
    if words := dict(_words(fields, processes)):
        area["words"] = words
    return Read(area, national, flaws)


def _rows(
    fields: Mapping[str, str],
    group: Group,
    taken: set[str],
    today: dt.date,
    flaws: dict[str, str],
) -> Iterator[dict[str, Any]]:
    for place, row in enumerate(rows_of(fields, group)):
        at = f"{group.key}.{place}"
        if not any(row.get(name) for name in ("id", *group.columns)):
            continue
        name = row.get(group.name, "")
        if not name:
            flaws[f"{at}.{group.name}"] = "Skriv navnet, eller fjern rækken."
        made: dict[str, Any] = {"id": row.get("id") or code_of(name, taken, joint="-")}
        taken.add(made["id"])
        made[group.name] = name
        if group.key == "chain":
            made["kind"] = row.get("kind", "")
            if made["kind"] not in {kind.value for kind in BodyKind}:
                flaws[f"{at}.kind"] = "Vælg, hvad det er."
        made |= _days(row, at, today, flaws)
        if also := sorted(n.partition(".")[2] for n in row if n.startswith("also_in.")):
            made["also_in"] = also
        yield made


def _days(
    row: Mapping[str, str], at: str, today: dt.date, flaws: dict[str, str]
) -> dict[str, dt.date]:
    found = {}
    for name in ("from", "until"):
        if written := row.get(name):
            try:
                found[name] = read_day(written, today=today)
            except RefusedError as error:
                flaws[f"{at}.{name}"] = error.message
    if len(found) == 2 and found["until"] < found["from"]:
        flaws[f"{at}.until"] = "Den sidste dag ligger før den første."
    return found


def _words(
    fields: Mapping[str, str], processes: Sequence[Process]
) -> Iterator[tuple[str, dict[str, str]]]:
    """An area's own words; what is left out of them is as the process has it."""
    for process in processes:
        said = {name: fields.get(f"words.{process.id}.{name}", "") for name in WORDS}
        if not any(said.values()):
            continue
        words = {
            "title": said["title"] or process.title,
            "paper_title": said["paper_title"] or process.paper_title,
        }
        yield process.id, words | ({"report": said["report"]} if said["report"] else {})


def field_of(key: str, fields: Collection[str]) -> str:
    """The field at which a flaw of the file is told; empty where none has that name."""
    for group in GROUPS:
        if re.fullmatch(rf"{group.key}\.\d+(\.id)?", key):
            key = f"{key.removesuffix('.id')}.{group.name}"
    return key if key in fields else ""


def _shown(value: object) -> str:
    return short_date(value) if isinstance(value, dt.date) else str(value or "")
