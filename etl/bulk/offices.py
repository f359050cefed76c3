"""Files of patent offices as a stream of records: archives opened, documents cut and read one after another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from etl.bulk.documents import Member, open_members
from etl.offices.cutting import Document
from etl.offices.kinds import KINDS, Kind
from etl.offices.tree import DocumentRefusedError
from etl.records import PageRefusedError, Parsed, Reject

BATCH = 500  # documents; full texts of a thousand claims stay below a hundred megabytes


def read_documents(path: Path, key: str, after: int = 0) -> Iterator[tuple[Parsed, int]]:
    """Batches of one file (or archive) of kind `key`, each with the ordinal of its last document.

    Documents up to ordinal `after` are passed over unparsed. Raises PageRefusedError when there is none at all.
    """
    kind, batch, row = KINDS[key], Parsed(), 0
    for member, document in _documents(path, kind):
        row += 1
        if row <= after:
            continue
        _read(kind, document, row, member, batch)
        if row % BATCH == 0:
            yield batch, row
            batch = Parsed()
    if not row:
        raise PageRefusedError(f"{path.name}: holds no document of the kind {kind.title}.")
    if row > after:
        yield batch, row


def _documents(path: Path, kind: Kind) -> Iterator[tuple[Member, Document]]:
    for member in open_members(path, kind.suffixes):
        for document in kind.cut(member):
            yield member, document


def _read(kind: Kind, document: Document, row: int, member: Member, batch: Parsed) -> None:
    try:
        if document.damaged is not None:
            raise DocumentRefusedError(document.damaged)
        batch.records += kind.read(document, row, batch.rejects)
    except DocumentRefusedError as error:
        reason = f"{member.name}, document {row}: {error}; it is left out."
        item = document.data[:4000].decode("utf-8", "replace")
        batch.rejects.append(Reject(reason, row_no=row, expected=kind.title, item=item, file=member.name))
