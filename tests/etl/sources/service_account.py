"""A made key of a service account, whose tokens are handed out by the simulated office."""

from __future__ import annotations

import json
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

VARIABLE = "STUCKNECK_BIGQUERY_CREDENTIALS"


@cache
def private_key() -> str:
    """Return a private key made for this session, in PEM."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return made.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def key(address: str) -> str:
    """Return the JSON of a key whose tokens are asked for at `address`."""
    return json.dumps({
        "type": "service_account", "project_id": "made-project", "token_uri": f"{address}/token",
        "client_email": "watch@made-project.iam.gserviceaccount.com", "private_key": private_key(),
    })  # fmt: skip
