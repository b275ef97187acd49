"""Show the finished site at an address of its own, on this computer only: python book/serve.py"""

import functools
import http.server
import sys
from pathlib import Path

SITE = Path(__file__).resolve().parent / "_build/html"
PORTS = [*range(8000, 8010), 0]   # the first that is free; 0 is any other


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = sys.platform != "win32"   # there it would share a port that is taken

    def handle_error(self, *args):
        """A page that closes before all has come is no error."""


def server_for(folder, ports):
    """A server of `folder` that listens at the first free port of `ports`."""
    for port in ports:
        try:
            return Server(("localhost", port), functools.partial(QuietHandler, directory=folder))
        except OSError as error:
            problem = error
    raise problem


def main():
    if not (SITE / "book/index.html").exists():
        sys.exit("The book is not built: say make book, or python book/build.py.")
    with server_for(SITE, PORTS) as server:
        print(f"The book is at http://localhost:{server.server_port}/book/index.html (stop with Ctrl-C)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
