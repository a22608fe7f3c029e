"""The command `kuai serve`."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kuai.errors import SettingsError

if TYPE_CHECKING:
    import uvicorn

    from kuai.web import HttpSettings

    from dashboards.site import Site

_LOG_BYTES, _LOGS = 20_000_000, 10

_CITY = typer.Option("--city", help="City to show, by name or by its pack's folder; the one published last if omitted.")
_HOST = typer.Option("--host", help="Address to listen on.")
_JSON = typer.Option("--json", help="Tell the address and the city as one line of JSON once pages are served.")
_PORT = typer.Option("--port", help="TCP port to listen on; 0 takes a free one.", max=65535)


def register(app: typer.Typer) -> None:
    """Add `serve` to the commands."""
    app.command("serve")(serve)


def serve(
    *,
    city: Annotated[str, _CITY] = "",
    host: Annotated[str, _HOST] = "",
    port: Annotated[int, _PORT] = -1,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Serve the pages from this host until Ctrl-C."""
    from kuai import texts
    from kuai.commands import print_json
    from kuai.home import Home
    from kuai.serving import Serving
    from kuai.settings import Settings

    from dashboards.app import create
    from dashboards.mapping.ready import keep_ready
    from dashboards.site import Site

    home = Home.from_environment()
    settings = Settings.load(home.settings)
    if host:
        settings = replace(settings, serve=replace(settings.serve, host=host))
    with listen(settings.serve.host, settings.serve.port if port < 0 else port) as listener:
        serving = Serving.open(home, city or None, settings)
        chosen = home.chosen(city or None)
        site = Site.of(home, settings, texts.language(settings.texts.pages), chosen)
        _tell_of_accounts(site, texts.language(settings.texts.cli))
        _keep_requests(home.access / "requests.log")
        app = create(serving, site)
        keep_ready(app.server.state.mapping)
        tell = (lambda url: print_json({"url": url, "city": chosen.name})) if as_json else typer.echo
        run(app.server, listener, settings.http, tell)
        serving.close()


def _tell_of_accounts(site: Site, language: str) -> None:
    """Say how the first account is added, if there is none."""
    from kuai import texts

    if not site.signin.accounts.all() and site.oidc is None:
        typer.echo(texts.text("cli.no_account", language), err=True)


def _keep_requests(path: Path) -> None:
    """Have every request noted in a file that only its owner can read; the newest are kept."""
    from logging.handlers import RotatingFileHandler

    from dashboards.guard import REQUESTS

    path.touch(0o600)
    kept = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=_LOGS, encoding="utf-8")
    REQUESTS.addHandler(kept)
    REQUESTS.setLevel(logging.INFO)
    REQUESTS.propagate = False


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


def run(
    application: Any,  # noqa: ANN401 -- an ASGI application
    listener: socket.socket,
    http: HttpSettings,
    tell: Callable[[str], None] = typer.echo,
) -> None:
    """Serve an application on a bound socket until Ctrl-C; its address is told once it answers."""
    import uvicorn

    from dashboards import threads

    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    config = uvicorn.Config(application, timeout_graceful_shutdown=3, **transport(http))
    threads.settle()
    try:
        _announcing(uvicorn.Server(config), listener, tell).run([listener])
    except KeyboardInterrupt:
        return


def transport(http: HttpSettings) -> dict[str, Any]:
    """Arguments of uvicorn that hold a connection to the limits; h11 is the parser that bounds the head of a request.

    Parameters
    ----------
    http : HttpSettings
        The limits.
    """
    return {
        "http": "h11", "ws": "none", "h11_max_incomplete_event_size": 2 * http.head_kb * 1024,
        "limit_concurrency": http.at_once, "timeout_keep_alive": 5, "server_header": False,
        "proxy_headers": bool(http.proxies), "forwarded_allow_ips": http.proxies.split(),
        "log_level": "warning", "access_log": False,
    }  # fmt: skip


def _announcing(server: uvicorn.Server, listener: socket.socket, tell: Callable[[str], None]) -> uvicorn.Server:
    """The same server, which says where it answers as soon as it does."""
    begin = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await begin(sockets)
        host, port = listener.getsockname()[:2]
        tell(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    server.startup = startup  # type: ignore[method-assign]  # the one place where it is known to have started
    return server
