"""Which settings do people decide, and which belong to the server?

What people decide lives in the database as one small TOML text, with who changed it and when. What
belongs to the server (addresses of machines, ports, passwords, folders) stands in the environment
and ``udmelding.toml``. Of what people decide those two give the first values only: they are taken
in when a database has none, and not read after that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from udmelding.config import marked, toml_reading
from udmelding.config.flaw_wording import unknown_key
from udmelding.config.settings import Settings
from udmelding.errors import BadFileError, Flaw

FILE = "settings.toml"
"""The text's name among what the secretariat has of its own."""

WHAT = "Det, I selv bestemmer"

CAME_LATER: tuple[tuple[str, ...], ...] = (
    ("prefect", "daily_at"),
    ("prefect", "deliver_every"),
    ("oidc", "is_used"),
    ("oidc", "name"),
    ("oidc", "issuer"),
    ("oidc", "client_id"),
    ("oidc", "login_claim"),
    ("web", "session_hours"),
    ("web", "idle_minutes"),
)
"""Those that were the server's when the first databases were made: a text from then says nothing of
them, and the server's word is taken in once (``casework.wiring``). None of them can be None."""

DECIDED_BY_PEOPLE: tuple[tuple[str, ...], ...] = (
    ("area",),
    ("is_for_practice",),
    ("secretariat", "name"),
    ("secretariat", "email"),
    ("secretariat", "sender_name"),
    ("secretariat", "phone"),
    ("agency", "name"),
    ("agency", "email"),
    ("mail", "letters_to"),
    ("mail", "per_minute"),
    ("mail", "per_minute_and_domain"),
    ("web", "link_days"),
    ("web", "links_in_mails"),
    ("figures", "threshold"),
    ("figures", "hides_zero"),
    ("figures", "open_values"),
    *CAME_LATER,
)
"""Every such setting by its path; all others belong to the server."""


def decided(settings: Settings) -> dict[tuple[str, ...], Any]:
    """What people decide, as it is in force."""
    found = {trail: _at(settings, trail) for trail in DECIDED_BY_PEOPLE}
    sender = ("secretariat", "sender_name")
    if found[sender] == found["secretariat", "name"]:
        found[sender] = ""  # as written: it follows the name
    return found


def as_text(values: Mapping[tuple[str, ...], Any]) -> str:
    """The settings as the TOML text that is kept; None stands as nothing."""
    lines: list[str] = []
    tables = sorted({trail[:-1] for trail in values}, key=lambda table: (len(table), table))
    for table in tables:
        if table:
            lines += ["", f"[{'.'.join(table)}]"]
        for trail in DECIDED_BY_PEOPLE:
            if trail[:-1] == table and values.get(trail) is not None:
                # A TOML basic string, number, boolean and array are written as JSON's.
                lines.append(f"{trail[-1]} = {json.dumps(values[trail], ensure_ascii=False)}")
    return "\n".join(lines).strip() + "\n"


def is_whole(text: str) -> bool:
    """Whether the text decides everything there is; one of before leaves what ``CAME_LATER``."""
    data, _, _ = toml_reading.read(text)
    return {trail for trail, _ in leaves(data)} >= {*CAME_LATER}


def with_own(settings: Settings, text: str) -> Settings:
    """The settings with what the text decides in place of what they have of it.

    Args:
        settings: of the server, with whatever the environment and its file say.
        text: as ``as_text`` writes it, or as somebody has written it in an export.

    Raises:
        BadFileError: it is not TOML, has a key that people do not decide, or a wrong value; every
            flaw is named with its line.
    """
    data, at, problem = toml_reading.read(text)
    if problem:
        raise BadFileError(WHAT, (Flaw(f"{FILE}:{problem[0]}", "", problem[1]),))
    lines = marked.Lines(FILE, at)
    allowed = {trail: ".".join(trail) for trail in DECIDED_BY_PEOPLE}
    strange = [trail for trail, _ in leaves(data) if trail not in allowed]
    if strange:
        flaws = (
            lines.flaw(trail, unknown_key(".".join(trail), tuple(allowed.values())))
            for trail in strange
        )
        raise BadFileError(WHAT, tuple(flaws))
    merged = settings.model_dump()
    domain = merged["mail"]["message_id_domain"]
    if domain == settings.secretariat.email.rpartition("@")[2]:
        merged["mail"]["message_id_domain"] = ""  # it follows the secretariat's address
    for trail in DECIDED_BY_PEOPLE:
        _put(merged, trail, data)
    return marked.validate(Settings, merged, lines, WHAT)


def _at(settings: Settings, trail: tuple[str, ...]) -> Any:
    value: Any = settings
    for part in trail:
        value = getattr(value, part)
    return list(value) if isinstance(value, tuple) else value


def leaves(
    data: Mapping[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of the text by its path."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _put(merged: dict[str, Any], trail: tuple[str, ...], data: Mapping[str, Any]) -> None:
    """Put what the text says in its place; what it leaves out is as a new installation has it.

    What came later stays as the server says it.
    """
    here: Any = data
    for part in trail:
        here = here.get(part) if isinstance(here, dict) else None
    holder: Any = merged
    for part in trail[:-1]:
        holder = holder[part]
    if here is not None:
        holder[trail[-1]] = here
    elif trail not in CAME_LATER:
        holder.pop(trail[-1], None)
