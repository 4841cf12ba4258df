"""Where are the data files that ship with the program?

``config/``, ``templates/`` and ``docs/vejledning/`` (the user guide) stand at the top of a checkout
and inside the wheel under ``udmelding/_resources``. This is the only module that knows the
difference.
"""

from __future__ import annotations

from pathlib import Path

_BESIDE = Path(__file__).resolve().parent / "_resources"
RESOURCES = _BESIDE if _BESIDE.is_dir() else Path(__file__).resolve().parent.parent

CONFIG = RESOURCES / "config"
TEMPLATES = RESOURCES / "templates"
GUIDE = RESOURCES / "docs" / "vejledning"
TYPST = TEMPLATES / "typst"
MIGRATIONS = Path(__file__).resolve().parent / "journal" / "migrations"
_DESIGN = Path(__file__).resolve().parent / "web" / "static" / "vendor" / "dkfds-11.2.0"
FONTS = _DESIGN / "fonts" / "IBMPlexSans" / "complete" / "woff2"
