"""Draws the house from its imports: floors, rooms, modules, and the arrows between them.

For ``cli.service.reference``, which writes it into ``docs/architecture.md``. Nothing here is said
twice: floors and rooms are those that import-linter holds (``pyproject.toml``), modules and arrows
are what stands in the code.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("flows", "models", "udmelding")

_Cell = tuple[str, str]
"""A floor, and a room on it; the room is empty in the floor's hall."""


def layers() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The floors and the rooms in their order, the highest first, as import-linter has them."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    floors, rooms = (
        next(c["layers"] for c in contracts if c["name"].startswith(f"Arrows point down: {what}"))
        for what in ("floors", "rooms")
    )
    return (
        tuple(floor.strip() for line in floors for floor in line.split("|")),
        tuple(room.strip("()") for room in rooms),
    )


def grid_lines() -> list[str]:
    """The floors as a diagram, and floors by rooms as a table, in Markdown."""
    # Late, and only here: it comes with import-linter, which an installation has no use for.
    from grimp import build_graph

    floors, rooms = layers()
    graph = build_graph(*PACKAGES, cache_dir=None)
    cells = {name: _cell(name, floors, rooms) for name in graph.modules}
    modules = Counter(
        cell
        for name, cell in cells.items()
        if cell and not graph.find_children(name) and ".migrations" not in name
    )
    arrows = {
        (start, end)
        for name, start in cells.items()
        for used in graph.find_modules_directly_imported_by(name)
        if start and (end := cells[used]) and start != end
    }
    return [*_floors(floors, modules, arrows), "", *_rooms(floors, rooms, modules, arrows)]


def _cell(module: str, floors: tuple[str, ...], rooms: tuple[str, ...]) -> _Cell | None:
    """Where a module stands; None on no floor, such as ``udmelding.clock``, which all may use."""
    floor = next((f for f in floors if f"{module}.".startswith(f"{f}.")), None)
    if floor is None:
        return None
    room = module.removeprefix(floor).lstrip(".").partition(".")[0]
    return floor, room if room in rooms and floor.startswith("udmelding.") else ""


def _floors(
    floors: tuple[str, ...], modules: Counter[_Cell], arrows: set[tuple[_Cell, _Cell]]
) -> list[str]:
    """Each floor with its modules, and arrows to those that it imports.

    What a floor reaches through another one is not drawn: nearly every floor imports all below it.
    """
    direct = {(start, end) for (start, _), (end, _) in arrows if start != end}
    drawn = [
        (start, end)
        for start in floors
        for end in floors
        if (start, end) in direct
        and not any((start, between) in direct and (between, end) in direct for between in floors)
    ]
    lines = ["```mermaid", "flowchart TB"]
    for floor in floors:
        number = sum(count for (name, _), count in modules.items() if name == floor)
        lines.append(f'    {_plain(floor)}["{_plain(floor)}<br/><small>{number} modules</small>"]')
    lines += [f"    {_plain(start)} --> {_plain(end)}" for start, end in drawn]
    return [*lines, "```"]


def _rooms(
    floors: tuple[str, ...],
    rooms: tuple[str, ...],
    modules: Counter[_Cell],
    arrows: set[tuple[_Cell, _Cell]],
) -> list[str]:
    """How many modules each room has on each floor, and how many other rooms it uses."""
    ours = tuple(floor for floor in floors if floor.startswith("udmelding."))
    uses: dict[str, set[str]] = {room: set() for room in rooms}
    used_by: dict[str, set[str]] = {room: set() for room in rooms}
    for (_, start), (_, end) in arrows:
        if start and end and start != end:
            uses[start].add(end)
            used_by[end].add(start)
    lines = [
        f"| room | {' | '.join(map(_plain, ours))} | uses rooms | used by |",
        f"| --- |{' ---: |' * (len(ours) + 2)}",
    ]
    for room in (*rooms, ""):
        counts = [str(modules[floor, room] or "") for floor in ours]
        if not any(counts):
            continue
        name = f"`{room}`" if room else "*the floor's hall*"
        ways = [str(len(uses[room])), str(len(used_by[room]))] if room else ["", ""]
        lines.append(f"| {' | '.join((name, *counts, *ways))} |")
    return lines


def _plain(floor: str) -> str:
    return floor.removeprefix("udmelding.")
