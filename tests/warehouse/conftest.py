"""Here migrating is the subject: every new warehouse is migrated by the program itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from warehouse import core, migrate

_REAL = migrate.applied, core.connect  # read when the suite is collected, before tests/conftest.py puts its own in


@pytest.fixture(scope="module", autouse=True)
def really_migrated(migrated_once: None) -> Iterator[None]:
    """Put the program's own back for the length of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "applied", _REAL[0])
        patch.setattr(core, "connect", _REAL[1])
        yield
