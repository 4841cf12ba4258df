"""What speaks against launching a case from an installation? Nobody may be reached from it."""

from __future__ import annotations


def launch_doubts(*, folder: str, url: str, has_links: bool) -> tuple[str, ...]:
    """What speaks against launching a case here, in Danish sentences; empty where nothing does.

    Args:
        folder: where mails are written as files instead of being sent; empty where they are sent.
        url: the address of the pages where it means nothing on other machines; empty elsewhere.
        has_links: whether the mails have links to the pages.
    """
    found = []
    if folder:
        found.append(
            f"Mails bliver ikke sendt herfra. De skrives som filer i mappen {folder}, så ingen "
            "bliver spurgt, før nogen sender dem."
        )
    if url:
        fate = (
            "Linkene i mailene virker derfor ikke hos kommunerne."
            if has_links
            else "Mailene er derfor uden links, og kommunerne kan ikke svare på siderne."
        )
        found.append(f"Siderne har en adresse, der kun virker på denne maskine ({url}). {fate}")
    return tuple(found)
