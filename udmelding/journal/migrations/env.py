"""Alembic's entry: runs the migrations on the connection that ``database.upgrade`` opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import models  # noqa: F401
from models.fact import Moment, Word


def plain_type(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our column types as plain SQL ones, so that a migration never imports ``models``."""
    if kind != "type":
        return False
    if isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Word):
        return "sa.String(length=32)"
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def run() -> None:
    """Run the migrations; batch mode lets SQLite change tables in later ones."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
