"""Which template texts make a kind of mail, and do they use only what they are given?

A kind of mail is a folder of ``templates/mail``: ``subject.txt`` and ``body.md``, both built on
``_base``. A secretariat may keep a folder of its own with the same tree; a file that stands there
replaces the shipped one. Texts are read together and compiled once; when a file changes, the next
mail reads them all anew, so ``version`` always names the very text a mail was made from. A file
that cannot be read stops only the kinds of mail that use it.

Values are made harmless where they enter a text (``finalize``), never by the template's author.
Only words and whole numbers may enter: a date, a list or an absent value has to be written out, so
that no mail ever says "None".
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateNotFound,
    Undefined,
    meta,
    nodes,
)
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from models.outbox import MailKind
from udmelding.documents.mail.contexts import MAILS
from udmelding.documents.mail_files import Stamp, Text, stamp_of, text_of
from udmelding.documents.markdown import escaped, one_line
from udmelding.errors import RefusedError
from udmelding.rules.case.glossary import enumerated
from udmelding.rules.words.date_wording import long_date, weekday_date

PAGE = "_base/page.html"

FILTERS: Mapping[str, Callable[..., Any]] = {
    "weekday_date": weekday_date,
    "long_date": long_date,
    "enumerated": lambda names: enumerated(tuple(names)),
    "first_upper": lambda text: text[:1].upper() + text[1:],
    "unbroken": lambda text: "\N{NO-BREAK SPACE}".join(text.split()),
}


class TemplateError(RefusedError):
    """A template cannot be used: it is missing, not understood, or uses an unknown name.

    Trying again never helps; somebody has to correct the file. An example: a secretariat's own
    ``invitation/body.md`` says ``{{ frist }}``, where the field is called ``due_on``.

    Attributes:
        template: the file's name, such as ``invitation/body.md``.
        problem: what is wrong, a Danish clause.
        line: the line, if it is known.
    """

    http_status = 500

    def __init__(self, template: str, problem: str, line: int | None = None) -> None:
        """Compose the message from the file's name, the line and the problem."""
        where = f"«{template}», linje {line}," if line else f"«{template}»"
        super().__init__(f"Skabelonen {where} kan ikke bruges: {problem}.")
        self.template, self.problem, self.line = template, problem, line


class MailTemplates:
    """One consistent reading of all mail templates."""

    def __init__(self, texts: Mapping[str, Text]) -> None:
        """Take in the ``texts`` by their names."""
        self._texts = texts
        self._names = {str(text.path): name for name, text in texts.items()}
        self._markdown = self._environment(_as_markdown)
        self._plain = self._environment(_as_line)
        self._page = self._environment(None)
        self._versions: dict[MailKind, str] = {}

    @property
    def texts(self) -> Mapping[str, Text]:
        """All texts by their names."""
        return self._texts

    def replaced(self, changes: Mapping[str, Text]) -> MailTemplates:
        """The same with other texts in place of some, such as those of a form not yet saved."""
        return MailTemplates({**self._texts, **changes})

    def parts(self, kind: MailKind) -> tuple[str, ...]:
        """The names of every text that a mail of this kind is made from, in order.

        Raises:
            TemplateError: one of them is missing, cannot be read or is not understood.
        """
        return tuple(sorted(self._parts([*names(kind), PAGE])))

    def parsed(self, name: str) -> nodes.Template:
        """The syntax tree of one text.

        Raises:
            TemplateError: it is missing, cannot be read or is not understood.
        """
        if name not in self._texts:
            raise TemplateError(name, "filen findes ikke")
        if self._texts[name].flaw:
            raise TemplateError(name, self._texts[name].flaw)
        try:
            return self._markdown.parse(self._texts[name].content, name)
        except JinjaError as error:
            line = getattr(error, "lineno", None)
            raise TemplateError(name, str(error.message).rstrip("."), line) from None

    @property
    def known_filters(self) -> frozenset[str]:
        """The names of all filters that a text may use."""
        return frozenset(self._markdown.filters)

    @property
    def known_tests(self) -> frozenset[str]:
        """The names of all tests that a text may use, such as ``none``."""
        return frozenset(self._markdown.tests)

    def version(self, kind: MailKind) -> str:
        """Checksum of every text that a mail of this kind is made from.

        Raises:
            TemplateError: a text is missing, or uses a name that the kind's context lacks.
        """
        if kind not in self._versions:
            parts = self.parts(kind)
            self._check(kind, parts)
            digest = hashlib.sha256()
            for name in parts:
                digest.update(f"{name}\0{self._texts[name].content}\0".encode())
            self._versions[kind] = digest.hexdigest()[:12]
        return self._versions[kind]

    def subject(self, kind: MailKind, values: Mapping[str, Any]) -> str:
        """The subject, one line."""
        return one_line(self._render(self._plain, names(kind)[0], values))

    def body(self, kind: MailKind, values: Mapping[str, Any]) -> str:
        """The body as Markdown, every value in it escaped."""
        return self._render(self._markdown, names(kind)[1], values)

    def page(self, subject: str, body: str) -> str:
        """The HTML document around ``body``, which is HTML already."""
        return self._render(self._page, PAGE, {"subject": subject, "body": Markup(body)})  # noqa: S704

    def _environment(self, finalize: Callable[[Any], str] | None) -> Environment:
        # Without `finalize` the text is HTML and Jinja escapes; with it, `finalize` does.
        made = ImmutableSandboxedEnvironment(
            loader=_Loader(self._texts),
            autoescape=finalize is None,
            finalize=finalize,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        made.filters.update(FILTERS)
        return made

    def _render(self, environment: Environment, name: str, values: Mapping[str, Any]) -> str:
        try:
            return environment.get_template(name).render(values)
        except TemplateNotFound as error:
            raise TemplateError(str(error.name or name), "filen findes ikke") from None
        except Exception as error:  # a text is a program, and may raise whatever it likes
            raise self._translated(error, name) from error

    def _translated(self, error: Exception, name: str) -> TemplateError:
        """``error`` with the template and line that it came from."""
        problem = str(getattr(error, "message", None) or error).rstrip(".")
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in self._names]
        if frames:
            return TemplateError(self._names[frames[-1].filename], problem, frames[-1].lineno)
        return TemplateError(getattr(error, "name", None) or name, problem)

    def _parts(self, wanted: Iterable[str]) -> set[str]:
        """The names of ``wanted`` and of all that they build on."""
        found: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found.add(name)
                waiting += self._uses(name)[0]
        return found

    def _uses(self, name: str) -> tuple[list[str], set[str]]:
        """The other texts and the values that a text uses."""
        parsed = self.parsed(name)
        others = [other for other in meta.find_referenced_templates(parsed) if other]
        try:
            return others, meta.find_undeclared_variables(parsed)
        except JinjaError as error:  # a filter or a test that there is none of
            line = getattr(error, "lineno", None)
            raise TemplateError(name, str(error.message).rstrip("."), line) from None

    def _check(self, kind: MailKind, parts: Iterable[str]) -> None:
        """Refuse unknown names even where the template does not come past them this time."""
        known = {field.name for field in fields(MAILS[kind])}
        for name in sorted(parts):
            allowed = {"subject", "body"} if name == PAGE else known
            for used in sorted(self._uses(name)[1] - allowed):
                told = ", ".join(sorted(allowed))
                problem = (
                    f"navnet «{used}» findes ikke i en mail af slagsen «{kind}»; kendte: {told}"
                )
                raise TemplateError(name, problem)


class _Loader(BaseLoader):
    """Gives Jinja the texts, and the files' paths for its tracebacks."""

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self._texts = texts

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        if template not in self._texts:
            raise TemplateNotFound(template)
        text = self._texts[template]
        return text.content, str(text.path), None


def names(kind: MailKind) -> tuple[str, str]:
    """The names of a kind's own two texts: subject and body."""
    return f"{kind.value}/subject.txt", f"{kind.value}/body.md"


def mail_templates(shipped: Path, own: Path | None = None) -> MailTemplates:
    """The templates below ``shipped``; a file of the same name below ``own`` comes first."""
    return _read(stamp_of(shipped, own))


@lru_cache(maxsize=8)
def _read(stamp: Stamp) -> MailTemplates:
    return MailTemplates(
        {name: text_of(root / name, is_own=is_own) for root, name, _, _, is_own in stamp}
    )


def _as_markdown(value: Any) -> str:
    return escaped(_written(value))


def _as_line(value: Any) -> str:
    return one_line(_written(value))


def _written(value: Any) -> str:
    if isinstance(value, str | Undefined):
        return str(value)  # an undefined one says its name and raises here
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError(f"en værdi af typen {type(value).__name__} skal skrives ud med et filter")
