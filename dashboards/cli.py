"""The command `kuai serve`."""

from __future__ import annotations

import errno
import logging
import socket
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kuai.errors import SettingsError

if TYPE_CHECKING:
    import uvicorn

_CITY = typer.Option("--city", help="City to show, by name or by its pack's folder; the one published last if omitted.")
_HOST = typer.Option("--host", help="Address to listen on.")
_PORT = typer.Option("--port", help="TCP port to listen on; 0 takes a free one.", max=65535)


def register(app: typer.Typer) -> None:
    """Add `serve` to the commands."""
    app.command("serve")(serve)


def serve(city: Annotated[str, _CITY] = "", host: Annotated[str, _HOST] = "", port: Annotated[int, _PORT] = -1) -> None:
    """Serve the pages from this host until Ctrl-C."""
    from kuai import texts
    from kuai.home import Home
    from kuai.serving import Serving
    from kuai.settings import Settings

    from dashboards.app import create

    home = Home.from_environment()
    settings = Settings.load(home.settings)
    with listen(host or settings.serve.host, settings.serve.port if port < 0 else port) as listener:
        serving = Serving.open(home, city or None, settings)
        app = create(serving, texts.language(settings.texts.pages))
        run(app.server, listener)
        serving.close()


def listen(host: str, port: int) -> socket.socket:
    """Socket bound to an address.

    Raises
    ------
    SettingsError
        If the port is taken or the address is not one of this host.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(f"port {port} is in use", "--port", "choose another, or 0 for a free one") from None
        raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror or error}", "--host") from None
    return listener


def run(application: Any, listener: socket.socket) -> None:  # noqa: ANN401 -- an ASGI application
    """Serve an application on a bound socket until Ctrl-C; its address is printed once it answers."""
    import uvicorn

    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    config = uvicorn.Config(application, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    try:
        _announcing(uvicorn.Server(config), listener).run([listener])
    except KeyboardInterrupt:
        return


def _announcing(server: uvicorn.Server, listener: socket.socket) -> uvicorn.Server:
    """The same server, which says where it answers as soon as it does."""
    begin = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await begin(sockets)
        host, port = listener.getsockname()[:2]
        typer.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    server.startup = startup  # type: ignore[method-assign]  # the one place where it is known to have started
    return server
