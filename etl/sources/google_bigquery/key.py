"""The key of a Google service account, and the signed statement that its access tokens are asked for with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from etl.fetch.http import CredentialsMissingError

VARIABLE = "STUCKNECK_BIGQUERY_CREDENTIALS"
_SCOPE = "https://www.googleapis.com/auth/bigquery"
_LIVES = 3600  # seconds, the longest Google grants
_LARGEST = 1 << 16  # bytes; a key file has some 2,400


@dataclass(frozen=True, slots=True)
class Key:
    """One service account: its address, its project, where tokens are asked for, and what signs."""

    email: str
    project: str
    token_uri: str
    signer: Any

    def assertion(self, now: datetime) -> str:
        """Return the signed statement for a token asked for at `now` (UTC)."""
        from google.auth import jwt

        issued = int(now.replace(tzinfo=UTC).timestamp())
        stated = {
            "iss": self.email, "scope": _SCOPE, "aud": self.token_uri, "iat": issued, "exp": issued + _LIVES,
        }  # fmt: skip
        return str(jwt.encode(self.signer, stated), "ascii")  # type: ignore[no-untyped-call]


def read_key(secret: SecretStr) -> Key:
    """Return the key that the variable names, a file or the JSON itself. Raises CredentialsMissingError.

    Nothing of the key is in the message.
    """
    try:
        from google.auth.crypt import RSASigner
    except ImportError:
        raise CredentialsMissingError(
            "google_bigquery needs the package google-auth: pip install 'stuckneck[bigquery]'."
        ) from None
    stated = _stated(secret.get_secret_value().strip())
    wanted = ("client_email", "project_id", "token_uri", "private_key")
    if stated.get("type") != "service_account" or not all(isinstance(stated.get(name), str) for name in wanted):
        raise CredentialsMissingError(
            f"{VARIABLE} is no key of a service account (JSON with type, client_email, project_id, token_uri and"
            " private_key): create one in the Google Cloud console (IAM, service accounts, keys, JSON)."
        )
    try:
        signer = RSASigner.from_service_account_info(stated)  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001 - whichever library reads the key; its text may hold part of it
        raise CredentialsMissingError(f"{VARIABLE}: the private key cannot be read; download the key again.") from None
    return Key(stated["client_email"], stated["project_id"], stated["token_uri"], signer)


def _stated(value: str) -> dict[str, Any]:
    if not value.startswith("{"):
        file = Path(value).expanduser()
        try:
            with file.open("rb") as stream:
                value = stream.read(_LARGEST).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CredentialsMissingError(
                f"{VARIABLE} names a file that cannot be read ({type(error).__name__}): give the path of a key's JSON."
            ) from None
    try:
        stated = json.loads(value)
    except (ValueError, RecursionError):
        stated = None
    return stated if isinstance(stated, dict) else {}
