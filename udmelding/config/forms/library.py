"""Which question sets ship with the program, and how does one become text that people edit?

``config/forms/`` holds the shipped ones, each named by its id. A case's own set is edited as YAML
text, like the files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from udmelding import paths
from udmelding.config import marked
from udmelding.config.forms.forms import Form
from udmelding.errors import NotFoundError

_WHAT = "Spørgeskemaet"
_FIRST = ("id", "version", "title", "text", "short", "help", "kind")


def form_ids() -> tuple[str, ...]:
    """Ids of the shipped question sets, in alphabetical order."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def form_named(form_id: str) -> Form:
    """The shipped question set with that id.

    Raises:
        NotFoundError: there is none; the error knows the ids there are.
        BadFileError: its file is flawed.
    """
    return marked.load(Form, _path(form_id), _WHAT)


def form_file_text(form_id: str) -> str:
    """The text of a shipped question set's file, comments and all.

    Raises:
        NotFoundError: there is none.
    """
    return marked.read_text(_path(form_id), _WHAT)


def parse_form(text: str, file: str = "spørgeskemaet") -> Form:
    """The question set that a text describes; ``file`` names it in flaws.

    Raises:
        BadFileError: the text is no YAML or not of the shape; every flaw is named with its line.
    """
    content = marked.parse_yaml(text, file, _WHAT)
    return marked.validate(Form, content.data, content.lines, _WHAT)


def form_text(form: Form) -> str:
    """The question set as YAML text that ``parse_form`` reads to the same set."""
    data = form.model_dump(mode="json", exclude_defaults=True)
    return yaml.dump(
        _plain(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=96, indent=2
    )


class _Dumper(yaml.SafeDumper):
    """Indents lists under their keys, as the shipped files do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _plain(value: Any) -> Any:
    """What names a thing stands first; whole numbers have no decimal point."""
    if isinstance(value, dict):
        order = [name for name in _FIRST if name in value]
        order += [name for name in value if name not in _FIRST]
        return {name: _plain(value[name]) for name in order}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _folder() -> Path:
    return paths.CONFIG / "forms"


def _path(form_id: str) -> Path:
    if form_id not in form_ids():
        raise NotFoundError("spørgeskema", form_id, form_ids())
    return _folder() / f"{form_id}.yaml"
