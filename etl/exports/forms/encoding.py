"""Encoding and line ends of a text file, decided from its bytes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from etl.records import PageRefusedError

_CHUNK = 1 << 20
_SAMPLE = 4 << 20
MAX_LINE = 16 << 20  # characters; nothing a vendor exports comes near
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


def detect_encoding(stream: BinaryIO) -> str:
    """Codec name of a text stream (left at its start): by its mark, else by its bytes.

    One of UTF-8, UTF-16, UTF-32, GB18030, CP949, CP932, Mac Roman, Windows-1252.

    Reads the whole stream once when it is not plain UTF-8 in its first 4 MB, never more than a chunk at a time.
    """
    stream.seek(0)
    sample = stream.read(_SAMPLE)
    stream.seek(0)
    for bom, codec in _BOMS:
        if sample.startswith(bom):
            return codec
    if sample[1::2].count(0) > len(sample) // 5:
        return "utf-16-le"
    if sample[0::2].count(0) > len(sample) // 5:
        return "utf-16-be"
    return _utf8_or_legacy(stream, sample)


def _utf8_or_legacy(stream: BinaryIO, sample: bytes) -> str:
    damaged, foreign = 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while chunk := stream.read(_CHUNK):
        text = decoder.decode(chunk)
        if not text.isascii():
            replaced = text.count("\ufffd")
            damaged += replaced
            foreign += len(re.findall(r"[^\x00-\x7f]", text)) - replaced
    stream.seek(0)
    if foreign >= 20 * damaged:  # also when all is ASCII; a few broken characters do not make it another encoding
        return "utf-8"
    return _legacy(sample)


def _legacy(sample: bytes) -> str:
    if _is_korean(sample):
        return "cp949"
    if _is_japanese(sample):
        return "cp932"
    cjk = sample.decode("gb18030", "replace")
    foreign = [c for c in cjk if ord(c) > 127]
    common = sum("\u4e00" <= c <= "\u9fff" or c in "，。；：、（）“”" for c in foreign)
    if foreign and common > 0.9 * len(foreign) and _is_plausible_chinese(cjk):
        return "gb18030"
    if b"\n" not in sample and b"\r" in sample:  # bare CR: a file of the old Macintosh
        return "mac_roman"
    undefined = sum(sample.count(bytes([b])) for b in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
    low = len(re.findall(rb"[A-Za-z][\x80-\x9f][A-Za-z]", sample))
    high = len(re.findall(rb"[A-Za-z][\xc0-\xff][A-Za-z]", sample))
    return "mac_roman" if undefined or low > high else "cp1252"


def _is_korean(sample: bytes) -> bool:
    """Read as CP949 nearly all is Hangul; Chinese text read so is a third Hanja."""
    korean = sample.decode("cp949", "replace")
    hangul = re.findall("[\uac00-\ud7a3]", korean)
    other = len(re.findall("[\u4e00-\u9fff\uf900-\ufaff\ufffd]", korean))
    return len(set(hangul)) >= 12 and len(hangul) > 19 * other


def _is_japanese(sample: bytes) -> bool:
    """Read as CP932 it holds kana; Chinese and Korean text read so is half-width katakana, which no list holds much."""
    japanese = sample.decode("cp932", "replace")
    kana = re.findall("[\u3041-\u30fe]", japanese)
    other = len(re.findall("[\uff61-\uff9f\ufffd]", japanese))
    return len(set(kana)) >= 4 and len(kana) > 9 * other


def _is_plausible_chinese(text: str) -> bool:
    """Most Chinese characters in real text are of GB 2312 level 1; in misread Latin text they are rare ones."""
    chinese = [c for c in text if "\u4e00" <= c <= "\u9fff"]
    if not chinese:
        return False
    level_one = sum(0xB0 <= c.encode("gb18030")[0] <= 0xD7 and c.encode("gb18030")[1] >= 0xA1 for c in chinese)
    return level_one > 0.6 * len(chinese)


def text_lines(stream: BinaryIO, codec: str, name: str) -> Iterator[str]:
    """Lines with ``\\n`` as their end, whatever the file uses: LF, CRLF or CR; what cannot be decoded is U+FFFD.

    Raises PageRefusedError for a line of more than MAX_LINE characters, without having read further.
    """
    decoder = codecs.getincrementaldecoder(codec)("replace")
    rest = ""
    held = ""  # a CR at the end of a chunk: perhaps the first half of CRLF
    while chunk := stream.read(_CHUNK):
        text = held + decoder.decode(chunk)
        held = "\r" if text.endswith("\r") else ""
        text = (text[:-1] if held else text).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        *whole, tail = text.split("\n")
        if whole:
            yield rest + whole[0] + "\n"
            for line in whole[1:]:
                yield line + "\n"
            rest = tail
        else:
            rest += tail
        if len(rest) > MAX_LINE:
            raise PageRefusedError(
                f"{name}: a line of more than {MAX_LINE:,} characters is not a row of an export; check the file."
            )
    rest += decoder.decode(b"", final=True)
    if rest or held:
        yield rest + ("\n" if held else "")
