"""Is a secretariat's own text true where the case has a form? Then a reply is not an answer.

Such a text has no flaw: it can be used, and says the right thing in a case without a form. So this
is a warning, with its line, and stops nothing. Read is what stands in the text where there is a
form: an ``{% if form_title %}`` is followed on its one side only. And where nobody reads a mailbox,
no reply comes here at all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from jinja2 import nodes

from models.outbox import MailKind
from udmelding.documents.mail.checks import own_texts
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.documents.mail.templates import MailTemplates, names
from udmelding.rules.mail.reply_wording import asked_replies

_FORM = "form_title"
REPLY_ASKED = "Her bedes om svaret som svar på mailen, også i sager, hvor der svares i et skema."
_TOLD = (
    f"{REPLY_ASKED} Skriv om "
    "sætningen {% if form_title %}Udfyld skemaet «{{ form_title }}»{% else %}…{% endif %}, eller "
    'brug {% include "_base/how.md" %}.'
)

_REPLY = re.compile(r"\bsvar(?:er|et)?\s+(?:[\w»«,]+\s+){0,4}?på\s+(?:denne\s+mail|mailen)\b", re.I)


@lru_cache(maxsize=256)
def warnings_of(
    kind: MailKind, found: MailTemplates, shipped: MailTemplates
) -> tuple[TextFlaw, ...]:
    """Where the kind's own texts ask for the answer as a reply, though the case may have a form.

    Args:
        kind: the kind of mail; of one that never speaks of a form nothing is said.
        found: all texts; those of the kind have no flaw.
        shipped: the shipped texts, which say what kinds speak of a form.
    """
    if not any(_FORM in shipped.texts[name].content for name in shipped.parts(kind)):
        return ()
    own = [name for name in own_texts(kind, found) if name != names(kind)[0]]
    return tuple(sorted(flaw for name in own for flaw in _of_text(found, name)))


def unread_replies(kind: MailKind, found: MailTemplates) -> tuple[TextFlaw, ...]:
    """Where the kind's own texts speak of a reply to the mail; for a home that reads no mailbox."""
    told = (
        "Her står «svar på denne mail», men I har ingen postkasse, som programmet læser. Svarene "
        "kommer kun til jeres egen mailadresse, og I skal selv registrere dem."
    )
    return tuple(
        TextFlaw(name, number, told)
        for name in own_texts(kind, found)
        for number, line in enumerate(found.texts[name].content.splitlines(), 1)
        if _REPLY.search(line)
    )


def _of_text(found: MailTemplates, name: str) -> Iterator[TextFlaw]:
    pieces = list(_pieces(found.syntax_tree(name).body))
    starts, length = [], 0
    for _, words in pieces:
        starts.append(length)
        length += len(words)
    text = "".join(words for _, words in pieces)
    for place in asked_replies(text):
        at = bisect_right(starts, place) - 1
        line, words = pieces[at]
        yield TextFlaw(name, line + words[: place - starts[at]].count("\n"), _TOLD)


def _pieces(found: Iterable[nodes.Node]) -> Iterator[tuple[int, str]]:
    """What stands in the text where there is a form, with its lines; «…» for each value."""
    for node in found:
        match node:
            case nodes.TemplateData():
                yield node.lineno, node.data
            case nodes.Const(value=str(words)):
                yield node.lineno, words
            case nodes.Output():
                yield from _pieces(node.nodes)
            case nodes.If() | nodes.CondExpr():
                yield from _branches(node)
            case nodes.Expr():
                yield node.lineno, "…"
            case nodes.Include():
                pass  # a text of its own: checked by itself where it is an own one
            case _:
                yield from _pieces(node.iter_child_nodes())


def _branches(node: nodes.If | nodes.CondExpr) -> Iterator[tuple[int, str]]:
    branches: list[tuple[nodes.Node | None, list[nodes.Node]]]
    if isinstance(node, nodes.If):
        branches = [(one.test, [*one.body]) for one in (node, *node.elif_)]
        branches.append((None, [*node.else_]))
    else:
        branches = [(node.test, [node.expr1]), (None, [node.expr2] if node.expr2 else [])]
    for test, body in branches:
        is_true = True if test is None else _is_true(test)
        if is_true is not False:
            yield from _pieces(body)
        if is_true:
            return


def _is_true(test: nodes.Node) -> bool | None:
    """Whether a condition holds where there is a form; None where that alone does not say it."""
    match test:
        case nodes.Name(name=name) | nodes.Getattr(attr=name) if name == _FORM:
            return True
        case nodes.Not():
            inner = _is_true(test.node)
            return None if inner is None else not inner
        case nodes.And() | nodes.Or():
            decisive = isinstance(test, nodes.Or)
            sides = (_is_true(test.left), _is_true(test.right))
            if decisive in sides:
                return decisive
            return None if None in sides else not decisive
        case _:
            return None
