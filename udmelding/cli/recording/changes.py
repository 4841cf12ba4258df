"""Shows what a change does to the plan, before it is saved, and asks."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from udmelding.cli import case as show
from udmelding.rules.case.glossary import label
from udmelding.rules.plan.plan_change import DateChange, PlanChange, moved_by
from udmelding.rules.words.lists import join_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from udmelding.journal.database import Session
    from udmelding.journal.stamp import Stamp

DryRun = Annotated[bool, typer.Option("--dry-run", help="Vis kun, hvad der ville ske; gem intet.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Gem uden at spørge.")]

NOTHING_SAVED = "Intet er gemt."

_MANY = 8
"""From so many parties on, those that move alike share one line."""


def show_changes(changes: Iterable[PlanChange]) -> None:
    """Before and after, case by case; nothing where nothing changes."""
    for change in changes:
        show.heading(f"{change.reference}: {change.title}")
        dates = [*change.dates, *change.due_dates]
        if dates:
            shown = show.table("Hvad", "Før", "Efter", "")
            for line in _lines(dates):
                shown.add_row(*line)
            show.console.print(shown)
        for text in change.impossible:
            show.console.print(f"[bold red]![/] {text}")
        for text in change.possible:
            show.console.print(f"[green]✓[/] {text}")
        for text in change.fixed:
            show.console.print(f"– {text}")


def _lines(dates: list[DateChange]) -> Iterable[tuple[str, str, str, str]]:
    """One line for each date; parties of one step that move alike share theirs."""
    groups: dict[tuple[object, ...], list[DateChange]] = {}
    for change in dates:
        at = (change.step, change.before, change.after, "" if change.party else change.what)
        groups.setdefault(at, []).append(change)
    for group in groups.values():
        first = group[0]
        names = [change.what for change in group]
        what = f"{len(names)} kommuner" if len(names) >= _MANY else join_names(names)
        if len(names) >= _MANY and "," in first.what:
            what += f",{first.what.partition(',')[2]}"
        note = moved_by(first)
        if first.party and first.origin.value in ("assumed", "announced", "agreed"):
            note = f"{note} ({label(first.origin)})".strip()
        yield what, show.day(first.before), show.day(first.after), note


def wants_to_save(*, yes: bool, has_changes: bool) -> bool:
    """Whether to save: asks at a terminal when the plan changes, and says yes elsewhere."""
    if yes or not has_changes or not sys.stdin.isatty():
        return True
    return typer.confirm("Skal det gemmes?", default=False)


def apply(
    do: Callable[[Session], str],
    stamp: Stamp,
    *,
    dry_run: bool,
    yes: bool,
    only: tuple[str, ...] | None = None,
) -> None:
    """Show what ``do`` changes, ask, and do it; says in one sentence what was done."""
    from udmelding.casework.recording.consequences import carry_out, preview
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        seen = preview(services, do, stamp, only=only)
        show_changes(seen.changes)
        if dry_run or not wants_to_save(yes=yes, has_changes=bool(seen.changes)):
            typer.echo(f"{seen.result}\n{NOTHING_SAVED}" if dry_run else NOTHING_SAVED)
            return
        typer.echo(carry_out(services, do, stamp, only=only).result)
