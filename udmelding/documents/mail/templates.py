"""Which template texts make a kind of mail, and do they use only what they are given?

A kind of mail is a folder of ``templates/mail``: ``subject.txt`` and ``body.md``, both built on
``_base``. A secretariat may keep a folder of its own with the same tree; a file that stands there
replaces the shipped one. Texts are read together and compiled once; a task looks for them once, and
when a file has changed the next task reads them all anew, so ``version`` always names the very text
a mail was made from. A file that cannot be read stops only the kinds of mail that use it.

Values are made harmless where they enter a text (``finalize``), never by the template's author.
Only words and whole numbers may enter: a date, a list or an absent value has to be written out, so
that no mail ever says "None". Files: those that are shipped, and a secretariat's own before them.
Nothing here knows what a text means. A file that cannot be read is a text with a flaw: it must not
stop the mails that do not use it.
"""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    StrictUndefined,
    TemplateNotFound,
    Undefined,
    meta,
    nodes,
)
from jinja2 import TemplateError as JinjaError
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import LRUCache
from markupsafe import Markup

from models.outbox import MailKind
from udmelding.documents.mail.contexts import MAILS
from udmelding.documents.markdown import escape_markdown, one_line
from udmelding.errors import RefusedError
from udmelding.rules.words.date_wording import long_date, weekday_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper

_Told = TypeVar("_Told")
PAGE = "_base/page.html"


def names(kind: MailKind) -> tuple[str, str]:
    """The names of a kind's own two texts: subject and body."""
    return f"{kind.value}/subject.txt", f"{kind.value}/body.md"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "weekday_date": weekday_date,
    "long_date": long_date,
    "enumerated": lambda names: join_names(tuple(names)),
    "quoted": lambda names: join_names([f"«{name}»" for name in names]),
    "first_upper": first_upper,
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
        loader = _Loader(texts)
        self._markdown = _MARKDOWN.overlay(loader=loader)
        self._plain = _PLAIN.overlay(loader=loader)
        self._page = _PAGE.overlay(loader=loader)
        self._versions: dict[MailKind, str] = {}

    @property
    def texts(self) -> Mapping[str, Text]:
        return self._texts

    def with_texts(self, changes: Mapping[str, Text]) -> MailTemplates:
        """The same with other texts in place of some, such as those of a form not yet saved."""
        return MailTemplates({**self._texts, **changes})

    def parts(self, kind: MailKind) -> tuple[str, ...]:
        """The names of every text that a mail of this kind is made from, in order.

        Raises:
            TemplateError: one of them is missing, cannot be read or is not understood.
        """
        return tuple(sorted(self._parts([*names(kind), PAGE])))

    def syntax_tree(self, name: str) -> nodes.Template:
        """The syntax tree of one text, to be read only: all who ask get the same.

        Raises:
            TemplateError: it is missing, cannot be read or is not understood.
        """
        return self._asked(_tree, name)

    def names_in(self, name: str) -> frozenset[str]:
        """The names of all values that one text uses.

        Raises:
            TemplateError: as ``syntax_tree``, or it uses a filter or a test that there is none of.
        """
        return self._asked(_used, name)[1]

    def _asked(self, ask: Callable[[str, str], _Told], name: str) -> _Told:
        if name not in self._texts:
            raise TemplateError(name, "filen findes ikke")
        if self._texts[name].flaw:
            raise TemplateError(name, self._texts[name].flaw)
        try:
            return ask(name, self._texts[name].content)
        except JinjaError as error:
            line = getattr(error, "lineno", None)
            raise TemplateError(name, str(error.message).rstrip("."), line) from None

    @property
    def known_filters(self) -> frozenset[str]:
        """The names of all filters that a text may use."""
        return frozenset(_MARKDOWN.filters)

    @property
    def known_tests(self) -> frozenset[str]:
        """The names of all tests that a text may use, such as ``none``."""
        return frozenset(_MARKDOWN.tests)

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
                waiting += self._asked(_used, name)[0]
        return found

    def _check(self, kind: MailKind, parts: Iterable[str]) -> None:
        """Refuse unknown names even where the template does not come past them this time."""
        known = {field.name for field in fields(MAILS[kind])}
        for name in sorted(parts):
            allowed = {"subject", "body"} if name == PAGE else known
            for used in sorted(self.names_in(name) - allowed):
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


class _Compiled(BytecodeCache):
    """What texts were compiled to, by name, file and content, for every reading of the files."""

    def __init__(self) -> None:
        self._codes = LRUCache(_MOST_KEPT)

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


def _as_markdown(value: Any) -> str:
    return escape_markdown(_written(value))


def _as_line(value: Any) -> str:
    return one_line(_written(value))


def _written(value: Any) -> str:
    if isinstance(value, str | Undefined):
        return str(value)  # an undefined one says its name and raises here
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError(f"en værdi af typen {type(value).__name__} skal skrives ud med et filter")


def _environment(finalize: Callable[[Any], str] | None) -> Environment:
    # Without `finalize` the text is HTML and Jinja escapes; with it, `finalize` does.
    made = ImmutableSandboxedEnvironment(
        autoescape=finalize is None,
        finalize=finalize,
        undefined=StrictUndefined,
        bytecode_cache=_Compiled(),
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(FILTERS)
    return made


_MOST_KEPT = 512
_MARKDOWN, _PLAIN, _PAGE = _environment(_as_markdown), _environment(_as_line), _environment(None)


@lru_cache(maxsize=_MOST_KEPT)
def _tree(name: str, content: str) -> nodes.Template:
    return _MARKDOWN.parse(content, name)


@lru_cache(maxsize=_MOST_KEPT)
def _used(name: str, content: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The other texts and the values that a text uses."""
    parsed = _MARKDOWN.parse(content, name)  # not `_tree`: the search for names changes it
    others = tuple(other for other in meta.find_referenced_templates(parsed) if other)
    return others, frozenset(meta.find_undeclared_variables(parsed))


def mail_templates(shipped: Path, own: Path | None = None) -> MailTemplates:
    """The templates below ``shipped``; a file of the same name below ``own`` comes first."""
    return _read(stamp_of(shipped, own))


Stamp = tuple[tuple[Path, str, int, int, bool], ...]
"""Root, name below it, time of change and size of every file, and whether it is not shipped."""


@lru_cache(maxsize=8)
def _read(stamp: Stamp) -> MailTemplates:
    return MailTemplates(
        {name: template_text(root / name, is_own=is_own) for root, name, _, _, is_own in stamp}
    )


MOST_BYTES = 50_000
"""Size of one text of a secretariat's own; a mail is never that long."""


@dataclass(frozen=True, slots=True)
class Text:
    """One template text.

    Attributes:
        path: the file it came from.
        content: what stands in it.
        is_own: whether it is the secretariat's own, not the shipped one.
        flaw: why it cannot be read, a Danish clause; empty as a rule.
    """

    path: Path
    content: str
    is_own: bool = False
    flaw: str = ""


def stamp_of(shipped: Path, own: Path | None) -> Stamp:
    """What has to be read anew when it changes; of two files with one name, the own counts."""
    files = {name: (shipped, found, False) for name, found in _files(str(shipped), "")}
    if own is not None:
        files |= {name: (own, found, True) for name, found in _files(str(own), "")}
    return tuple(
        (root, name, found.st_mtime_ns, found.st_size, is_own)
        for name, (root, found, is_own) in sorted(files.items())
    )


def _files(folder: str, below: str) -> Iterator[tuple[str, os.stat_result]]:
    """Every file in the folder and below it; looked up for each task, so as cheaply as can be.

    Hidden files and the copies that editors leave behind are none of ours.
    """
    try:
        entries = list(os.scandir(folder))
    except OSError:  # there is none, or it is not for us: a check of the folder tells
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.endswith("~"):
            continue
        if entry.is_dir():
            yield from _files(entry.path, f"{below}{entry.name}/")
        elif entry.is_file():
            yield f"{below}{entry.name}", entry.stat()


def template_text(path: Path, *, is_own: bool) -> Text:
    """The text in a file, or why it cannot be used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return Text(path, "", is_own, f"filen kan ikke læses ({error.strerror})")
    return own_text(path, content) if is_own else Text(path, content.decode("utf-8"))


def own_text(path: Path, content: bytes) -> Text:
    """A secretariat's own text, or why it cannot be used."""
    if len(content) > MOST_BYTES:
        return Text(path, "", True, f"teksten fylder mere end {MOST_BYTES // 1000} kB")
    try:
        return Text(path, content.decode("utf-8-sig").replace("\r\n", "\n"), True)
    except UnicodeDecodeError:
        return Text(path, "", True, "filen er ikke skrevet i UTF-8")
