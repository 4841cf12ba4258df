"""Makes what can be made of ``docs/``: commands, glossary, processes, the grid of the house.

``python -m udmelding.cli.service.reference docs`` writes it; with ``--check`` nothing is written,
and the exit code says whether all is up to date. CI runs the check, so nothing can go stale. Most
pages are made as a whole; ``architecture.md`` is written by hand around a part that is made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup
from typer.main import get_command

from udmelding.cli.service.app import app
from udmelding.cli.service.grid import grid_lines
from udmelding.config.case.library import load_areas, process_ids, process_named
from udmelding.config.case.process import Lifetime, Parties, Process
from udmelding.rules.case.glossary import LABELS

_MADE = "<!-- Made by `make docs`; do not edit. -->"
_END = "<!-- The end of what is made. -->"


def commands_page() -> str:
    """Every command with its help text, arguments and options."""
    lines = [
        "# The command `udmelding`",
        "",
        _MADE,
        "",
        "Help texts are Danish, as users meet them.",
    ]
    root = get_command(app)
    for name, command in _walk(root, "udmelding"):
        if isinstance(command, TyperGroup) and command is not root:
            continue
        lines += ["", f"## `{name}`", "", *_help(command)]
        rows = [row for parameter in command.params if (row := _row(parameter))]
        if rows:
            lines += ["", "| | |", "| --- | --- |", *rows]
    return "\n".join(lines) + "\n"


def _walk(command: Any, name: str) -> list[tuple[str, Any]]:
    found = [(name, command)]
    for child, below in getattr(command, "commands", {}).items():
        found += _walk(below, f"{name} {child}")
    return found


def _help(command: Any) -> list[str]:
    text = (command.help or "").replace("\b", "")
    return [line.strip() for line in text.splitlines()]


def _row(parameter: Any) -> str:
    if parameter.name in ("help", "install_completion", "show_completion"):
        return ""
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    if isinstance(parameter, TyperArgument):
        names = f"`{parameter.metavar or parameter.name}`"
    text = str(getattr(parameter, "help", "") or "").replace("|", "\\|")
    return f"| {names} | {text} |"


def glossary_page() -> str:
    """Every word of every vocabulary with its Danish label."""
    lines = [
        "# Glossary",
        "",
        _MADE,
        "",
        "What the code calls it, and what people read. The terms themselves are explained in "
        "[domain.md](domain.md).",
    ]
    for vocabulary, words in LABELS.items():
        lines += ["", f"## {vocabulary.__name__}", "", "| code | Danish |", "| --- | --- |"]
        lines += [f"| `{word.value}` | {danish} |" for word, danish in words.items()]
    return "\n".join(lines) + "\n"


def processes_page() -> str:
    """Each process file as a diagram, and the bodies of each area."""
    lines = ["# Processes", "", _MADE, "", "Drawn from `config/processes/` for the area Sjælland."]
    sjaelland = load_areas()["sjaelland"]
    for process_id in process_ids():
        process = process_named(process_id).for_area(sjaelland)
        lines += ["", f"## {process.title} (`{process.id}`, version {process.version})", ""]
        lines += ["```mermaid", *_diagram(process), "```", "", *_ladders(process)]
    lines += ["", "## Areas", "", "| area | bodies in order | regional councils |"]
    lines += ["| --- | --- | --- |"]
    for area in load_areas().values():
        chain = " → ".join(body.title + _lifetime(body) for body in area.chain)
        councils = ", ".join(
            council.name + _lifetime(council) for council in area.regional_councils
        )
        lines.append(f"| {area.name} (`{area.id}`) | {chain} | {councils} |")
    return "\n".join(lines) + "\n"


def _lifetime(one: Lifetime) -> str:
    begins = f" from {one.from_on}" if one.from_on else ""
    return f"{begins} until {one.until_on}" if one.until_on else begins


def _diagram(process: Process) -> list[str]:
    lines = ["flowchart LR"]
    for step in process.steps:
        who = {
            Parties.SECRETARIAT: "sekretariatet",
            Parties.MUNICIPALITIES: "kommunerne",
        }.get(step.parties, "organ")
        lines.append(f'    {step.id}["{step.title}<br/><small>{who}</small>"]')
    lines += [
        f"    {before.id} --> {after.id}"
        for before, after in zip(process.steps, process.steps[1:], strict=False)
    ]
    return lines


def _ladders(process: Process) -> list[str]:
    to = ", ".join(process.letter_receivers)
    lines = [f"- letters go to: {to or 'nobody'}"]
    for name, rungs in process.ladders.items():
        steps = ", ".join(
            f"{rung.business_days:+d} ({rung.mail.value}"
            + (f", copy to {', '.join(rung.copy_to)}" if rung.copy_to else "")
            + ")"
            for rung in rungs
        )
        lines.append(f"- ladder `{name}`, business days from the due date: {steps}")
    return lines


def with_made_part(page: str, lines: list[str]) -> str:
    """The page with ``lines`` between the two marks that say what is made.

    Raises:
        ValueError: the page has lost a mark.
    """
    before, mark, rest = page.partition(f"{_MADE}\n")
    _, end, after = rest.partition(_END)
    if not mark or not end:
        raise ValueError(f"{_MADE} … {_END} must stand in the page")
    return "\n".join([f"{before}{_MADE}", "", *lines, "", f"{_END}{after}"])


PAGES: Mapping[str, Callable[[], str]] = {
    "cli.md": commands_page,
    "glossary.md": glossary_page,
    "processes.md": processes_page,
}

PARTS: Mapping[str, Callable[[], list[str]]] = {"architecture.md": grid_lines}


def main(folder: Path, *, check: bool) -> int:
    """Write the pages, or compare them; returns the exit code."""
    stale = []
    made = {name: make() for name, make in PAGES.items()}
    for name, part in PARTS.items():
        page = (folder / name).read_text(encoding="utf-8")
        made[name] = with_made_part(page, part())
    for name, text in made.items():
        path = folder / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if not stale:
        typer.echo("docs are up to date")
        return 0
    typer.echo(f"{'stale' if check else 'written'}: {', '.join(stale)}")
    return 1 if check else 0


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    sys.exit(main(Path(arguments[0] if arguments else "docs"), check="--check" in sys.argv))
