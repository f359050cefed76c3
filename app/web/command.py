"""`stuckneck serve`: the workbench; `stuckneck users`: who may use it elsewhere than on this machine."""

from __future__ import annotations

import ipaddress
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.common import Format, FormatOption, JsonOption, WorkspaceOption, chosen, fail, out, print_rows
from app.web.base.access import USERS_FILE, Role, Users, UsersError
from etl.sources.settings import load_settings
from warehouse.workspace import Workspace

users_app = typer.Typer(help="Users of the workbench: who may see and do what.", no_args_is_help=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(
    workspace: WorkspaceOption = Path(),
    host: Annotated[str, typer.Option("--host", help="Address to listen on; others than 127.0.0.1 need users.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0: any free one.")] = 8765,
) -> None:
    """Serve the workbench: matrix, technologies, families, alerts and SQL as pages in a browser."""
    import socket

    import uvicorn

    from app.web.application import build
    from app.web.patience import PatientProtocol
    from app.web.site import Site

    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    users = Users(ws.root / USERS_FILE)
    try:
        has_users = bool(users.all())
    except UsersError as error:
        raise fail(str(error)) from None
    local = _is_loopback(host)
    if not local and not has_users:
        raise fail(f"{host} can be reached by others: add users first (`stuckneck users add NAME --role reader`).")
    site = Site(ws, is_local=local and not has_users)
    names = ["localhost", "127.0.0.1", "[::1]"] if local else [*settings.web.hosts, host]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise fail(f"{host}:{port} cannot be used: {error.strerror}. Choose another --port.") from None
        listening.listen(200)  # whoever opens the address at once waits, and is not refused
        shown = f"[{host}]" if ":" in host else host
        out.print(f"http://{shown}:{listening.getsockname()[1]}/", markup=False, highlight=False)
        config = uvicorn.Config(
            build(site, hosts=names), log_level="warning", server_header=False, timeout_keep_alive=20,
            limit_concurrency=200, http=PatientProtocol, h11_max_incomplete_event_size=64_000, proxy_headers=False,
        )  # fmt: skip
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            site.jobs.close()
            site.snapshots.close()


@users_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[str, typer.Option("--role", help="reader, analyst (records, SQL) or steward.")] = "reader",
    workspace: WorkspaceOption = Path(),
) -> None:
    """Add a user, or change role and password of one; the password is asked for, or read from a pipe."""
    if role not in {r.name for r in Role if r is not Role.public}:
        raise fail(f"--role: expected reader, analyst or steward, found {role!r}.")
    users = Users(Workspace.open(workspace).root / USERS_FILE)
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    try:
        users.put(name, Role[role], password)
    except UsersError as error:
        raise fail(str(error)) from None


@users_app.command("list")
def list_users(
    workspace: WorkspaceOption = Path(), how: FormatOption = Format.table, as_json: JsonOption = False
) -> None:
    """List the users and their roles."""
    try:
        found = Users(Workspace.open(workspace).root / USERS_FILE).all()
    except UsersError as error:
        raise fail(str(error)) from None
    print_rows(
        [{"name": u.name, "role": u.role.name} for u in found.values()], chosen(how, as_json), columns=["name", "role"]
    )


@users_app.command("remove")
def remove(name: Annotated[str, typer.Argument(help="Name.")], workspace: WorkspaceOption = Path()) -> None:
    """Remove a user."""
    try:
        Users(Workspace.open(workspace).root / USERS_FILE).remove(name)
    except UsersError as error:
        raise fail(str(error)) from None


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("serve")(serve)
    app.add_typer(users_app, name="users")
