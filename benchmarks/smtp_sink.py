"""A mail server that takes everything and keeps nothing: what a local server costs at the least.

Run as ``python -m benchmarks.smtp_sink``; it prints its port, and ends when its input does.
"""

from __future__ import annotations

import socketserver
import sys
import threading


class _Sink(socketserver.StreamRequestHandler):
    """One connection: as much of RFC 5321 as a sender needs."""

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self._say("354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                self._say("250 taken")
            elif command == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def main() -> None:
    """Serve until the input ends."""
    with _Server(("127.0.0.1", 0), _Sink) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
