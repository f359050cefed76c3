"""Pajek .net files: vertices by number with a label, then arcs (directed) or edges with a weight."""

from __future__ import annotations

from pathlib import Path

from analytics.network.writers.table import NetworkTable, plain


def write_pajek(table: NetworkTable, path: Path) -> list[Path]:
    """Write `path`.net, and `path`.clu (a partition) where the nodes have a `cluster`.

    Pajek reads a file as UTF-8 only behind a byte order mark, which readers of plain ASCII files do not
    expect: it is written where a label needs it. Pajek has no escape for a quotation mark, so labels carry an
    apostrophe instead.
    """
    labels = [plain(label).replace('"', "'") for label in table.nodes["label"]]
    number = {node: i for i, node in enumerate(table.nodes["id"], start=1)}
    lines = [f"*Vertices {len(labels)}"]
    lines += [f'{i} "{label}"' for i, label in enumerate(labels, start=1)]
    lines.append("*Arcs" if table.directed else "*Edges")
    ends = table.edges.select("source", "target", "weight").iter_rows()
    lines += [f"{number[source]} {number[target]} {weight}" for source, target, weight in ends]
    encoding = "ascii" if all(label.isascii() for label in labels) else "utf-8-sig"
    target = path.with_name(path.name + ".net")
    target.write_text("\n".join(lines) + "\n", encoding=encoding)
    if "cluster" not in table.nodes.columns:
        return [target]
    clusters = path.with_name(path.name + ".clu")
    parts = [str(cluster or 0) for cluster in table.nodes["cluster"]]  # 0 is Pajek's own word for no cluster
    clusters.write_text("\n".join([f"*Vertices {len(parts)}", *parts]) + "\n", encoding="ascii")
    return [target, clusters]
