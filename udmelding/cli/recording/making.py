"""Makes a command of each way in which people are asked for a kind of fact."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from udmelding.cli.options import (
    By,
    ConfirmNoCpr,
    Corrects,
    EvenSo,
    Reference,
    Source,
    Today,
    moment_of_action,
)
from udmelding.cli.recording.changes import DryRun, Yes
from udmelding.cli.recording.shared import record_one
from udmelding.rules.case.glossary import label
from udmelding.rules.recording.asking import Field, fields_of, in_reading_order, meaning
from udmelding.rules.recording.catalogue import ENTRIES, kind_of
from udmelding.rules.recording.doubts import is_asked_about
from udmelding.rules.recording.entry import BODIES, TODAY, Ask, Entry
from udmelding.rules.recording.written import How

_BODY = typer.Argument(metavar="ORGAN", help="fx styregruppe, k17 eller kkr.")
_MUNICIPALITY = typer.Argument(metavar="KOMMUNE", help="Kommunens navn eller kode.")


def add_commands(app: typer.Typer) -> None:
    """Add a command for each way of asking that has a name for one."""
    for entry in ENTRIES:
        for ask in entry.asks:
            if ask.command:
                app.command(ask.command)(_command(entry, ask))


def _command(entry: type[Entry], ask: Ask) -> Callable[..., None]:
    fields = tuple(field for field in fields_of(entry, ask) if field.name != "source")

    def run(**given: Any) -> None:
        now = moment_of_action(given["today"])
        said: dict[str, Any] = dict(ask.fixed)
        for field in in_reading_order(fields):
            value = given[field.name]
            if isinstance(value, str):
                ahead = entry.looks_ahead(said)
                is_said = value or field.is_required
                value = meaning(field, value, now.date(), looks_ahead=ahead) if is_said else None
            elif field.flag is not None:
                value = field.flag if value else not field.flag
            said[field.name] = value
        record_one(
            given["reference"],
            kind_of(entry),
            now,
            by=given["by"],
            source=given["source"],
            corrects=given["corrects"],
            dry_run=given.get("dry_run", False),
            yes=given.get("yes", False),
            **{**said, **entry.follows(said)},
        )

    run.__doc__ = _help(ask)
    told = [_parameter("reference", Reference), *(_asked(field, ask) for field in fields)]
    told += [_parameter("source", Source, ""), _parameter("corrects", Corrects, None)]
    if entry.may_change_plan:
        told += [_parameter("dry_run", DryRun, False), _parameter("yes", Yes, False)]
    if is_asked_about(entry):
        told.append(_parameter("even_so", EvenSo, ""))
    told += [_parameter("by", By, None), _parameter("no_cpr", ConfirmNoCpr, False)]
    told += [_parameter("today", Today, None)]
    run.__signature__ = inspect.Signature(told)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in told}
    return run


def _parameter(name: str, its: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=its)


def _asked(field: Field, ask: Ask) -> inspect.Parameter:
    """A field as an argument, or as an option with what stands there to begin with."""
    if field.name == "party" and field.is_required:
        return _parameter(
            field.name, Annotated[str, _BODY if ask.parties is BODIES else _MUNICIPALITY]
        )
    told = _told(field)
    if field.flag is not None:
        switch = typer.Option(field.option, help=f"{dict(field.options)[str(field.flag).lower()]}.")
        return _parameter(field.name, Annotated[bool, switch], False)
    its: Any = str | None
    if field.is_many:
        its, told = list[str] | None, f"{told} Kan gentages."
    if not field.option:
        return _parameter(
            field.name, Annotated[str, typer.Argument(metavar=field.metavar, help=told)]
        )
    option = typer.Option(field.option, metavar=field.metavar, help=told)
    # A command means today where no day is said; a page asks, for what is read there is older.
    start = field.value or ask.taken.get(field.name) or (TODAY if field.how is How.PERIOD else None)
    if field.is_required and not start:
        return _parameter(field.name, Annotated[str, option])
    if start and field.vocabulary is not None:
        start = label(field.vocabulary(start))
    return _parameter(field.name, Annotated[its, option], start)


def _told(field: Field) -> str:
    """What is asked, and with which words it can be answered."""
    asked = field.label if field.label.endswith("?") else f"{field.label}."
    words = ", ".join(word for _, word in field.options) if field.vocabulary else ""
    return " ".join(part for part in (asked, field.help, words and f"Ord: {words}.") if part)


def _help(ask: Ask) -> str:
    word = "Eksempel" if len(ask.examples) == 1 else "Eksempler"
    shown = (
        f"  udmelding record {ask.command} {example.replace('REF', 'CU-GRAVIDE-2025', 1)}"
        for example in ask.examples
    )
    return "\n\n".join((ask.intro, f"{word}:", *shown))
