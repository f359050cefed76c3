"""The text and tables of a report as a LaTeX document of its own (ctexart for Chinese), for XeLaTeX or LuaLaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.report.content.model import Brief, Bullets, Table, Text, shown
from words.glossary import Language
from words.safe import one_line, plain_text

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
        "●": r"\core{}", "•": r"\peri{}", "⊗": r"\coreabsent{}", "⊘": r"\periabsent{}", "≥": r"$\ge$", "≤": r"$\le$",
        "−": r"$-$", "→": r"$\to$",
    }
)  # fmt: skip
_PREAMBLE = r"""% {title}
% Compile with XeLaTeX or LuaLaTeX. {note}
\documentclass[a4paper,10pt]{{{document}}}
\usepackage{{booktabs,graphicx,geometry}}
\geometry{{margin=2cm}}
\newcommand{{\core}}{{{{\Large$\bullet$}}}}
\newcommand{{\peri}}{{{{\scriptsize$\bullet$}}}}
\newcommand{{\coreabsent}}{{{{\Large$\otimes$}}}}
\newcommand{{\periabsent}}{{{{\scriptsize$\otimes$}}}}
\begin{{document}}
"""
_WIDE = 5  # a table of more columns is scaled to the page


def tex_text(text: str) -> str:
    """Return `text` for LaTeX: no character of it is a command; marks of configurations become the preamble's."""
    return plain_text(text).translate(_ESCAPES)


def preamble(title: str, note: str, language: Language) -> str:
    """Return what a document begins with; title and note stand in comments."""
    document = "article" if language == "en" else "ctexart"
    return _PREAMBLE.format(title=one_line(title), note=one_line(note), document=document)


def tabular(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> Iterator[str]:
    """Yield the lines of a table; headings and cells are LaTeX already."""
    wide = len(columns) > _WIDE
    yield "\\begin{table}[htbp]\n\\centering\n\\caption{" + title + "}\n"
    yield ("\\resizebox{\\textwidth}{!}{" if wide else "") + "\\begin{tabular}{l" + "c" * (len(columns) - 1) + "}\n"
    yield "\\toprule\n" + " & ".join(columns) + " \\\\\n\\midrule\n"
    for row in rows:
        yield " & ".join(row) + " \\\\\n"
    yield "\\bottomrule\n\\end{tabular}" + ("}" if wide else "") + "\n"


def write_tex(briefs: Sequence[Brief], file: Path) -> None:
    """Write the first report (a document has one language)."""
    brief = briefs[0]
    parts = [preamble(brief.title, brief.stamp, brief.language), f"\\section*{{{tex_text(brief.title)}}}\n"]
    for line in filter(None, (brief.subtitle, brief.warning, brief.stamp)):
        parts.append(tex_text(line) + "\\par\n")
    for section in brief.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                cells = [
                    [tex_text(shown(v, c.form)) for v, c in zip(row, block.columns, strict=True)] for row in block.rows
                ]
                parts += tabular([tex_text(c.heading) for c in block.columns], cells, tex_text(section.title))
                parts.append("\\end{table}\n\n")
            elif isinstance(block, Text | Bullets):
                texts = block.items if isinstance(block, Bullets) else (block.text,)
                parts += [f"\\par\\smallskip{{\\footnotesize {tex_text(text)}}}\n" for text in texts]
    parts.append("\\end{document}\n")
    file.write_text("".join(parts), encoding="utf-8")
