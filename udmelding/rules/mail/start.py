"""May a case be started here? Not before somebody knows that mails arrive."""

from __future__ import annotations


def why_not_start(*, folder: str, has_arrived: bool, is_for_practice: bool, has_sent: bool) -> str:
    """Why no case may be started here yet, in Danish; empty where one may.

    The first case waits until a person has said that a trial mail came, for a server that takes a
    mail does not say that it arrives.

    Args:
        folder: where mails are written as files instead of being sent; empty where they are sent.
        has_arrived: a person has said that the last trial by this server and sender came.
        is_for_practice: the installation is for practice.
        has_sent: mails of cases were sent before, so that it is known to work.
    """
    if is_for_practice:
        return ""
    if folder:
        return (
            f"Der bliver ikke sendt mails herfra: de skrives som filer i mappen {folder}, så ingen "
            "bliver spurgt. Få mailserveren sat op og send en prøvemail, eller sig, at "
            "installationen er til øvelse."
        )
    if has_arrived or has_sent:
        return ""
    return (
        "Ingen har sagt, at en prøvemail er kommet frem. Send en og se efter, eller sig, at "
        "installationen er til øvelse."
    )
