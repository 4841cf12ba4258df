"""Plays the demonstration with real Prefect flows, shows progress, and ends with the status."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from udmelding import clock
from udmelding.casework.case.as_json import status_values
from udmelding.casework.demo import playing as demo
from udmelding.casework.demo.pages import demo_day, mark_demo
from udmelding.casework.due.waiting import waiting_cases
from udmelding.casework.mail.progress import progress_of
from udmelding.casework.wiring import Services, made_services
from udmelding.cli import case as show
from udmelding.cli.engine import run
from udmelding.cli.options import echo_json
from udmelding.cli.plan.show_plan import show_plan
from udmelding.config.settings import variable
from udmelding.errors import RefusedError
from udmelding.journal.case.load import load_all
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.date_wording import long_date, short_date


@dataclass(slots=True)
class Played:
    """What the play did, for the last lines."""

    events: int = 0
    flow_days: int = 0
    mails: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)


def play_demo(last: dt.date, *, as_json: bool) -> None:
    """Play the shipped cases up to and including ``last``, then show how they stand.

    Raises:
        RefusedError: the date lies before the first case, or the database holds other cases.
    """
    files = demo.shipped_cases()
    happening = demo.events(files)
    first = happening[0].at.date()
    if last < first:
        raise RefusedError(f"Den første sag begynder {long_date(first)}. Vælg en dag derefter.")
    os.environ[variable(("mail", "transport"))] = "folder"  # whatever is set up: nobody gets a mail
    with made_services() as services:
        demo.check_home(services, files)
        played_to = demo.played_until(services)
        home = services.settings.home
        mark_demo(home, last if demo_day(home) else max(last, played_to or last))
        start = played_to or first
        played = _play(services, happening, start, last) if start <= last else Played()
        _show(services, last, played, as_json=as_json)
    if played.failed:
        raise typer.Exit(1)


def _play(services: Services, happening: list[demo.Event], start: dt.date, last: dt.date) -> Played:
    by_day: dict[dt.date, list[demo.Event]] = {}
    for event in happening:
        by_day.setdefault(event.at.date(), []).append(event)
    played = Played()
    typer.echo(
        f"Spiller {short_date(start)} til {short_date(last)} med Prefect. "
        "Første gang tager op mod et par minutter; intet forlader maskinen.",
        err=True,
    )
    with _Steps(start, last) as steps:

        async def make() -> None:
            for day in demo.days(start, last):
                morning, afternoon = demo.sweeps(day)
                await _sweep(services, morning, played)
                for event in by_day.get(day, ()):
                    demo.happen(services, event)
                    played.events += 1
                await _sweep(services, afternoon, played)
                steps.show(day, played)

        run(make, quiet=True)
    return played


async def _sweep(services: Services, now: dt.datetime, played: Played) -> None:
    """Run the daily flow when something is due; a day with nothing due costs no flow run."""
    from flows.daily import closed_because, daily

    if closed_because(now.date()) or not waiting_cases(services, now):
        return
    day = await daily(now)
    played.flow_days += 1
    played.mails.update(day.mails or {})
    played.failed += day.failed


class _Steps:
    """Shows how far the play has come: a bar in a terminal, a line for each month elsewhere."""

    def __init__(self, start: dt.date, last: dt.date) -> None:
        self.start, self.last = start, last
        self.month = (0, 0)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[what]}"),
            TimeElapsedColumn(),
            console=show.error_console,
            disable=not sys.stderr.isatty(),
        )
        self.task = self.bar.add_task("", total=(last - start).days + 1, what="")

    def __enter__(self) -> _Steps:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def show(self, day: dt.date, played: Played) -> None:
        """Say that ``day`` is over."""
        what = f"{played.events} hændelser, {sum(played.mails.values())} mails"
        self.bar.update(self.task, advance=1, description=short_date(day), what=what)
        if not sys.stderr.isatty() and (day.year, day.month) != self.month:
            self.month = (day.year, day.month)
            typer.echo(f"  {short_date(day)}: {what}", err=True)


def _show(services: Services, last: dt.date, played: Played, *, as_json: bool) -> None:
    moment = clock.end_of(last)
    with reading(services.engine) as session:
        found = [status(case, last) for case in load_all(session, moment)]
        mails = [mail for mail in outbox.list_mails(session) if mail.created_at <= moment]
        progress = progress_of(session, mails, moment)
    if as_json:
        echo_json([status_values(item) for item in found])
        return
    for item in sorted(found, key=lambda s: s.reference):
        show.show_status(item)
    focus = _focus(found)
    if focus is not None:
        show.heading(f"Nærmere om {focus.reference}")
        if focus.plan is not None:
            show_plan(focus.plan, explain=False)
        show.show_matrix(focus)
    owed = sorted(
        (o for item in found for o in (*item.overdue, *item.next)),
        key=lambda o: (o.due_on or dt.date.max, o.party_name),
    )
    show.show_owed(owed, title="Hvem skylder hvad", limit=12)
    show.heading("Mails")
    show.show_mails(mails, progress, limit=8)
    typer.echo(f"{len(mails)} mails i alt. Læs dem her: {services.settings.mail.folder}")
    command = "udmelding" if shutil.which("udmelding") else sys.argv[0]
    typer.echo(f"Prøv nu: {command} status CU-DOMFAELDTE-2024 --as-of 10/1-2025")


def _focus(found: list[Status]) -> Status | None:
    """The case that most is happening in: open, not sent, with the nearest deadline."""
    waiting = [item for item in found if item.submission is None and item.deadline is not None]
    return min(
        waiting, key=lambda s: s.deadline or dt.date.max, default=found[0] if found else None
    )
