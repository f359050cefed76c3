"""What the handlers of the workbench share, over one workspace: its snapshots, users and jobs, and how they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import duckdb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.web import render
from app.web.base.access import USERS_FILE, AuditLog, Role, Users, UsersError
from app.web.base.jobs import Jobs
from app.web.base.page import BadRequestError, NotFoundError, Page, Screen, View
from app.web.base.sessions import SESSIONS_FILE, Sessions
from app.web.base.snapshots import Snapshots, SnapshotUnreadableError
from app.web.guard import form_token
from app.web.menu import menu
from app.web.routes import SCREENS
from etl.sources.settings import load_settings
from warehouse.publish import NoSnapshotError
from warehouse.settings import SettingsError
from warehouse.workspace import Workspace

MEDIA = {
    "json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
NOBODY = "-"  # who asks without having signed in
# Failures that are no fault of the program: the page says the sentence under this status.
_STATUS: dict[type[Exception], int] = {
    NotFoundError: 404, BadRequestError: 400, NoSnapshotError: 503, SnapshotUnreadableError: 503, SettingsError: 503,
    UsersError: 503,
}  # fmt: skip


@dataclass(slots=True)
class Site:
    """What the handlers share: the workspace, its snapshots, its users, the queue of jobs.

    `is_local` says that the site is bound to this machine and has no users: anybody who reaches it is its owner.
    """

    workspace: Workspace
    is_local: bool
    snapshots: Snapshots = field(init=False)
    users: Users = field(init=False)
    sessions: Sessions = field(init=False)
    audit: AuditLog = field(init=False)
    jobs: Jobs = field(init=False)

    def __post_init__(self) -> None:
        self.snapshots = Snapshots(self.workspace)
        self.users = Users(self.workspace.root / USERS_FILE)
        hours = load_settings(self.workspace.settings_file).web.session_hours
        self.sessions = Sessions(self.workspace.root / SESSIONS_FILE, hours)
        self.audit = AuditLog(self.workspace.root / "warehouse" / "web-audit.jsonl")
        self.jobs = Jobs(self.workspace.root)

    def who(self, request: Request) -> tuple[str, Role]:
        """Return the name and role of who asks; nobody in particular is ``-``, a reader where figures are public."""
        if self.is_local:
            return "local", Role.steward
        web = load_settings(self.workspace.settings_file).web
        header = web.proxy_user_header
        name = request.headers.get(header) if header else request.session.get("user")
        user = self.users.all().get(name) if isinstance(name, str) else None
        if user is None or not (header or self.sessions.is_good(request.session, user)):
            return NOBODY, Role.reader if web.public_figures else Role.public
        return user.name, user.role

    def asks_as(self, request: Request) -> str:
        """Return under whose name a request is counted: the person's, or the address where nobody signed in."""
        try:
            who, _ = self.who(request)
        except (UsersError, SettingsError):
            who = NOBODY
        return address_of(request) if who == NOBODY else f"user {who}"

    def asks_too_much(self, request: Request) -> Response:
        """Return the page that says so."""
        return self.sentence(request, 429, "Too many requests in a minute (web.requests_per_minute); wait a little.")

    def respond(self, request: Request, screen: Screen, form: str) -> Response:
        """Return one page as html, json or csv; every failure that is not a fault of the program is a sentence."""
        who, role = self.who(request)
        if role < screen.role:
            return self._refuse(request, who)
        try:
            settings = load_settings(self.workspace.settings_file)
            with self.snapshots.reader() as reader:
                lang = language(request)
                tag = render.etag(reader.name, str(request.url), lang, who, form_token(request), version("stuckneck"))
                is_fixed = not screen.is_live
                if is_fixed and request.headers.get("if-none-match") == tag:
                    return Response(status_code=304, headers={"ETag": tag})
                named = {name: ",".join(request.query_params.getlist(name)) for name in request.query_params}
                args = {**named, "format": form}
                page = Page(reader, self.workspace, settings, request.path_params, args, lang, who, role)
                answer = self._answer(request, screen, form, page, self._view(screen, form, page))
        except tuple(_STATUS) as error:
            status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
            return self.sentence(request, status, str(error))
        except duckdb.OutOfMemoryException:
            return self.sentence(request, 503, "This page needs more memory than the workbench may use; narrow it.")
        if is_fixed:
            answer.headers["ETag"] = tag
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer

    def _view(self, screen: Screen, form: str, page: Page) -> View:
        """Return what a page shows; for a page of the snapshot alone, made once for all readers of one role."""
        if screen.is_live or form != "html":
            return screen.show(page)
        state = self.workspace.settings_file.stat().st_mtime_ns if self.workspace.settings_file.is_file() else 0
        key = (screen.name, *sorted(page.path.items()), *sorted(page.args.items()), page.lang, page.role, state)
        return page.reader.kept(key, lambda: screen.show(page))

    def _answer(self, request: Request, screen: Screen, form: str, page: Page, view: View) -> Response:
        if form == "json":
            return Response(render.as_json(view), media_type=MEDIA[form])
        if form in render.FORMS:
            name = f"{screen.name}-{view.main}.{form}"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            content = render.as_csv(view) if form == "csv" else render.as_xlsx(view)
            return Response(content, media_type=MEDIA[form], headers=headers)
        context = {**view.tables, **view.extra, **self.frame(request, screen.name, page.who, page.role, page.lang)}
        return Response(render.html(screen.name, page.lang, context), media_type="text/html; charset=utf-8")

    def frame(self, request: Request, name: str, who: str, role: Role, lang: str) -> dict[str, Any]:
        """Return what every template needs around its subject."""
        other = "en" if lang == "zh" else "zh"
        tail = f"?{request.url.query}" if request.url.query else ""
        dotted = "/overview" if request.url.path == "/" else request.url.path
        first, second = menu(SCREENS, role, name)
        return {
            "menu": first, "submenu": second, "here": name, "who": who, "role": role.name,
            "is_local": self.is_local, "token": form_token(request), "jobs": self.jobs.all(), "is_static": False,
            "other_lang": request.url.include_query_params(lang=other), "url": request.url,
            "json_address": f"{dotted}.json{tail}", "csv_address": f"{dotted}.csv{tail}",
            "xlsx_address": f"{dotted}.xlsx{tail}",
            "version": version("stuckneck"), "workspace_name": self.workspace.root.name,
        }  # fmt: skip

    def _refuse(self, request: Request, who: str) -> Response:
        if who == NOBODY and request.method == "GET":
            path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(str(request.url_for("login").include_query_params(next=path)), status_code=303)
        self.audit.write(who, "refused", address_of(request), path=request.url.path)
        return self.sentence(request, 403, "Your role does not allow this; ask the steward of this workspace.")

    def sentence(self, request: Request, status: int, message: str) -> Response:
        """Return a page that says one sentence."""
        lang = language(request)
        who, role = (NOBODY, Role.public) if status == 503 else self.who(request)
        frame = self.frame(request, "sentence", who, role, lang)
        text = render.html("sentence", lang, {**frame, "status": status, "message": message})
        return Response(text, status_code=status, media_type="text/html; charset=utf-8")


def language(request: Request) -> str:
    """Return zh or en: what the address says, else the cookie, else what the browser prefers."""
    for wanted in (request.query_params.get("lang"), request.cookies.get("lang")):
        if wanted in render.LANGUAGES:
            return str(wanted)
    accepted = request.headers.get("accept-language", "").lower()
    first = accepted.split(",")[0].strip()
    return "zh" if first.startswith("zh") else "en"


def address_of(request: Request) -> str:
    """Return the address a request came from."""
    return request.client.host if request.client else "-"
