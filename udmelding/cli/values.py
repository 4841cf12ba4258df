"""Prints values as JSON; what they are is in ``casework.case.as_json`` and ``json_plans``."""

from __future__ import annotations

import json
from typing import Any

import typer


def echo_json(value: Any) -> None:
    """Write ``value`` as readable UTF-8 JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
