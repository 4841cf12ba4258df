"""Where does a name lead, and may our server go there? Of an address that somebody outside wrote.

A caller looks the name up here, checks what it found, and connects to that address and no other: so
a name cannot point inwards between the check and the call.
"""

from __future__ import annotations

import ipaddress
import socket
import threading

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def look_up(host: str, port: int, seconds: float) -> list[Address]:
    """The addresses that ``host`` stands for.

    Raises:
        OSError: there is no such name, or (``TimeoutError``) nobody says so in time.
        UnicodeError: it is no name.
    """
    found: list[Address] = []
    flaws: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                address = ipaddress.ip_address(str(place[0]).partition("%")[0])
                if address not in found:
                    found.append(address)
        except (OSError, UnicodeError) as error:
            flaws.append(error)

    # The system's own look-up has no limit in time, and cannot be stopped: it is left behind.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if asking.is_alive():
        raise TimeoutError
    if flaws:
        raise flaws[0]
    return found


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one wraps; any other as it is."""
    return getattr(address, "ipv4_mapped", None) or address


def is_public(address: Address) -> bool:
    """Whether one machine on the open internet answers there."""
    plain = unwrapped(address)
    return plain.is_global and not plain.is_multicast
