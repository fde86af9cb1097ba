"""Commands of the installation: init, doctor, up."""

from __future__ import annotations

import os
import socket
import ssl
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from fournets.cli.beside import worker_beside
from fournets.cli.console import Exit, command, errors, fail, open_register, screen, write_json
from fournets.language import say

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fournets.settings")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # nosec B104
HERE = ("127.0.0.1", "localhost", "::1")
PATIENCE = 10  # seconds a request in hand has to end when the server stops


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.command("init")(init)
    app.command("doctor")(doctor)
    app.command("up")(up)
    app.command("worker")(worker)


@command
def init(
    divisions: Annotated[
        Path | None,
        typer.Option(
            help="CSV: code, official_name, short_name, kind, aliases; needed the first time.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Create the database and plant the town's area tree; run again, bring an older register up to date."""
    from fournets.cli.audit import settle_audit
    from fournets.cli.installation import migrate

    migrate()
    settle_audit()
    if divisions is None:
        open_register()
        screen.print(say("register_up_to_date"), markup=False)
        return
    from fournets.places.scope import set_scope
    from fournets.places.services import plant_divisions

    set_scope("")
    planted = plant_divisions(divisions)
    screen.print(say("divisions_planted", count=planted), markup=False)


@command
def doctor(
    json: Annotated[Path | None, typer.Option(help="Write the findings as JSON; - is stdout.")] = None,
) -> None:
    """Check the installation and say in sentences what is wrong."""
    from fournets.cli.installation import findings

    found = findings()
    for finding in found:
        mark = "✔" if finding.fine else "✘"
        screen.print(f"{mark} {finding.sentence}", markup=False, style="green" if finding.fine else "red")
    write_json([{"check": one.check, "fine": one.fine, "sentence": one.sentence} for one in found], json)
    if not all(one.fine for one in found):
        raise typer.Exit(Exit.ENVIRONMENT)


@command
def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    certificate: Annotated[
        Path | None, typer.Option(help="Certificate (PEM): serve HTTPS.", exists=True, dir_okay=False)
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="Its private key (PEM).", exists=True, dir_okay=False)
    ] = None,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Leave jobs to a worker that runs apart: fournets worker.")
    ] = False,
) -> None:
    """Serve the pages, a worker beside; in an empty data folder the first page sets up town, administrator, accounts."""
    if (certificate is None) != (key is None):
        fail(say("certificate_and_key"))
    if certificate:
        _check_pair(certificate, key)
        os.environ["FOURNETS_HTTPS"] = "1"  # before the settings are read
    _open_or_make()
    _check_free(host, port)
    # a passkey belongs to a name, never to a number
    name = "localhost" if host in (*EVERYWHERE, *HERE) else host
    address = f"{'https' if certificate else 'http'}://{name}:{port}"
    screen.print(say("serving", address=f"{address}/"), markup=False)
    if not certificate and host not in HERE:
        errors.print(say("serving_plain"), style="yellow", markup=False)
    _tell_first_start(address)
    _collect_static()
    with nullcontext() if no_worker else worker_beside():
        _server(host, port, certificate, key).serve()


@command
def worker(
    with_parent: Annotated[
        bool, typer.Option("--with-parent", hidden=True, help="End when whoever started it ends.")
    ] = False,
) -> None:
    """Do the jobs pages ask for, one after another, until stopped (Ctrl C); what a killed worker left is taken up again."""
    open_register(empty_too=True)
    from fournets.cli.forgetting import forget_in_time
    from fournets.jobs.worker import work
    from fournets.web.digest import send_digests

    screen.print(say("worker_works"), markup=False)
    work(with_parent=with_parent, rounds=(send_digests, forget_in_time))


def _open_or_make() -> None:
    """Opens the register; a data folder nobody has used becomes one first, and its first page asks which town it is."""
    from fournets.cli.installation import is_new, migrate

    if is_new():
        migrate()
    open_register(empty_too=True)


def _server(host: str, port: int, certificate: Path | None, key: Path | None) -> Any:
    from granian import Granian
    from granian.constants import Interfaces, SSLProtocols

    return Granian(
        "fournets.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        websockets=False,
        workers_kill_timeout=PATIENCE,  # one told to stop while it starts may not have heard it
        ssl_cert=certificate,
        ssl_key=key,
        ssl_protocol_min=SSLProtocols.tls12,  # browsers of older machines in a village office
    )


def _tell_first_start(address: str) -> None:
    """Where nobody has an account yet, prints the one-time address of the first start."""
    from django.utils import timezone

    from fournets.organization.first_start import open_first_start

    token = open_first_start(at=timezone.now())
    if token:
        screen.print(say("first_start", address=f"{address}/start/{token}"), markup=False)


def _check_pair(certificate: Path, key: Path | None) -> None:
    """Says in a sentence that a certificate and a key do not belong together: the server itself would fail."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, lambda: b"")
    except (ssl.SSLError, OSError, ValueError):
        fail(say("certificate_unusable", certificate=certificate, key=key))


def _collect_static() -> None:
    """Puts the files of the pages into the data folder, compressed, under names that change when they do."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def _check_free(host: str, port: int) -> None:
    """Says in a sentence that an address cannot be listened on: the server itself would fail."""
    try:
        kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(address)
    except OSError:
        fail(say("address_taken", address=f"{host}:{port}"), Exit.ENVIRONMENT)
