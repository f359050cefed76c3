"""Who may what: roles, the file of users, passwords and the log of what people did."""

from __future__ import annotations

import json
import logging
import os
import threading
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

USERS_FILE = "users.toml"
_TRIES = RateLimitItemPerMinute(5)
_LOG = logging.getLogger("stuckneck.web")


class Role(IntEnum):
    """What a person may do; a higher role may do all that a lower one may."""

    public = 0
    reader = 1
    analyst = 2
    steward = 3


class UsersError(ValueError):
    """The file of users is not what it must be; the message names the file, the user and what was expected."""


@dataclass(frozen=True, slots=True)
class User:
    """One person: a name, a role and the hash of a password."""

    name: str
    role: Role
    password: str


@dataclass(slots=True)
class Users:
    """The users of one workspace, from ``users.toml``; five wrong passwords within a minute close a name for it."""

    file: Path
    _failed: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def all(self) -> dict[str, User]:
        """Return every user by name. Raises UsersError when the file cannot be understood."""
        if not self.file.is_file():
            return {}
        try:
            table = tomllib.loads(self.file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            msg = f"{self.file.name}: not valid TOML: {error}."
            raise UsersError(msg) from error
        return {name: _user(self.file.name, name, entry) for name, entry in table.items()}

    def put(self, name: str, role: Role, password: str) -> None:
        """Add a user or change one; the file is readable by its owner only."""
        if not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
            msg = f"{name!r} is not a user name: use letters, digits, dot, dash and underscore."
            raise UsersError(msg)
        if len(password) < 8:
            raise UsersError("A password has at least 8 characters.")
        users = {**self.all(), name: User(name, role, PasswordHasher().hash(password))}
        self._write(users)

    def remove(self, name: str) -> None:
        """Remove a user. Raises UsersError when there is none of that name."""
        users = self.all()
        if name not in users:
            msg = f"There is no user {name!r}; `stuckneck users list` names them."
            raise UsersError(msg)
        del users[name]
        self._write(users)

    def check(self, name: str, password: str, address: str) -> User | None:
        """Return the user when the password is right and not too many tries failed within a minute, else None."""
        if not self._failed.test(_TRIES, name, address):
            return None
        user = self.all().get(name)
        try:
            if user is not None and PasswordHasher().verify(user.password, password):
                return user
        except (VerificationError, InvalidHashError):
            pass
        self._failed.hit(_TRIES, name, address)
        return None

    def _write(self, users: dict[str, User]) -> None:
        lines = ["# Users of `stuckneck serve`; made by `stuckneck users add`. Passwords are argon2 hashes.\n"]
        for user in users.values():
            lines.append(f'["{user.name}"]\nrole = "{user.role.name}"\npassword = "{user.password}"\n')
        partial = self.file.with_suffix(".partial")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        partial.replace(self.file)


def _user(file: str, name: str, entry: object) -> User:
    role = entry.get("role") if isinstance(entry, dict) else None
    password = entry.get("password") if isinstance(entry, dict) else None
    if role not in {r.name for r in Role if r is not Role.public} or not isinstance(password, str):
        msg = f"{file}: user {name!r}: expected role (reader, analyst or steward) and a hashed password."
        raise UsersError(msg)
    return User(name, Role[str(role)], password)


@dataclass(slots=True)
class AuditLog:
    """What people did, one JSON line each: when (UTC), who, what, and from where."""

    file: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, who: str, what: str, address: str, **details: str | int) -> None:
        """Append one line; the file is readable by its owner only."""
        try:
            self._append(who, what, address, details)
        except OSError as error:  # a full disk stops no reader; the log of the server tells it
            _LOG.error("the log of people could not be written: %s (%s %s)", error.strerror, who, what)

    def _append(self, who: str, what: str, address: str, details: dict[str, str | int]) -> None:
        entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "who": who, "what": what, "from": address}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(json.dumps({**entry, **details}, ensure_ascii=False) + "\n")
