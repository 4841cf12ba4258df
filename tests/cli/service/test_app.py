"""The help of all commands is made without importing them, and tells what each says of itself."""

from __future__ import annotations

import subprocess
import sys

from typer.core import TyperGroup
from typer.main import get_command

from udmelding.cli.service.app import make_app

_HELP_ALONE = """
import sys
from udmelding.cli.service.app import main
try:
    main()
finally:
    assert not {"sqlmodel", "pydantic", "jinja2"} & set(sys.modules)
"""


def _told(words: list[str] | None) -> dict[str, str]:
    group = get_command(make_app(words))
    assert isinstance(group, TyperGroup)
    return {name: one.get_short_help_str(500) for name, one in group.commands.items()}


def test_every_command_reads_in_the_help_as_it_does_when_it_is_loaded() -> None:
    """Some are functions with a docstring, some groups with a help of their own."""
    assert _told(["--help"]) == _told(None)
    assert all(_told(None).values())


def test_the_help_loads_neither_tables_nor_templates() -> None:
    """Who asks for help waits for a fifth of a second, and not for all that the program can."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _HELP_ALONE, "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "launch" in done.stdout
