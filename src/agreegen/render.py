"""Render: a compiled template and data become a Word document: same input, same bytes."""

from __future__ import annotations

import functools
import importlib
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from agreegen.errors import FindingsError, UsageError
from agreegen.finding import has_errors
from agreegen.template.compiled import Member, Template
from agreegen.template.failure import failure
from agreegen.template.filling import filled
from agreegen.template.printing import NeedsDocxtplError

DOS_DATE = 1 << 21 | 1 << 16  # 1980-01-01 00:00:00
LOCAL, CENTRAL, END = 0x04034B50, 0x02014B50, 0x06054B50
VERSION, DEFLATED, UTF8 = 20, 8, 0x800
DEFAULT = "zlib:6"
LEVELS = {"zlib": range(1, 10), "isal": range(4), "libdeflate": range(1, 13)}

Squeeze = Callable[[bytes], bytes]
Checksum = Callable[[bytes], int]


def render(template: Template, context: Mapping[str, Any], *, compression: str = DEFAULT) -> bytes:
    """The Word document; a FindingsError if the template has errors or the data don't fit it.

    `compression` is `zlib:1` to `zlib:9`; with the extra `fast` also `isal:0` to `isal:3`, `libdeflate:1` to `12`.
    """
    if has_errors(template.findings):
        raise FindingsError(template.findings)
    squeeze, checksum = backend(compression)
    if template.fallback:
        return _by_docxtpl(template, context)
    try:
        parts = filled(template, context)
    except NeedsDocxtplError as e:
        if len(template.files) > 1:
            raise FindingsError((*template.findings, failure(template, e, context))) from e
        return _by_docxtpl(template, context)
    except Exception as e:  # whatever an expression of a template raises is a finding about the template or the data
        raise FindingsError((*template.findings, failure(template, e, context))) from e
    return _packed(template, parts, squeeze, checksum)


def packed(template: Template, parts: Mapping[str, bytes], *, compression: str = DEFAULT) -> bytes:
    """The Word document of a template with these parts in the place of those with tags."""
    return _packed(template, parts, *backend(compression))


def _by_docxtpl(template: Template, context: Mapping[str, Any]) -> bytes:
    """The document as docxtpl makes it, its errors as findings."""
    from agreegen.template.fallback import rendered  # noqa: PLC0415 - heavy, and seldom needed

    try:
        return rendered(template, context)
    except Exception as e:  # as above
        raise FindingsError((*template.findings, failure(template, e, context))) from e


# ------------------------------------------------------------------------------------------------ the ZIP
def _packed(template: Template, parts: Mapping[str, bytes], squeeze: Squeeze, checksum: Checksum) -> bytes:
    start, central, count = _constant(template)
    out, directory, at = [start], [central], len(start)
    for name in sorted(parts):
        data = parts[name]
        raw = squeeze(data)
        local, entry = _headers(Member(name, DEFLATED, checksum(data), len(data), raw), at)
        out += (local, raw)
        directory.append(entry)
        at += len(local) + len(raw)
    entries = b"".join(directory)
    count += len(parts)
    end = struct.pack("<IHHHHIIH", END, 0, 0, count, count, len(entries), at, 0)
    return b"".join((*out, entries, end))


@functools.lru_cache(maxsize=64)
def _constant(template: Template) -> tuple[bytes, bytes, int]:
    """The beginning of every document of the template, its entries in the directory, and how many they are."""
    out, directory = bytearray(), bytearray()
    for m in template.members:
        local, entry = _headers(m, len(out))
        out += local + m.raw
        directory += entry
    return bytes(out), bytes(directory), len(template.members)


def _headers(m: Member, at: int) -> tuple[bytes, bytes]:
    name = m.name.encode()
    flags = 0 if name.isascii() else UTF8
    common = struct.pack("<HHIIIIH", flags, m.method, DOS_DATE, m.crc, len(m.raw), m.size, len(name))
    local = struct.pack("<IH", LOCAL, VERSION) + common + struct.pack("<H", 0) + name
    entry = struct.pack("<IHH", CENTRAL, VERSION, VERSION) + common + struct.pack("<HHHHII", 0, 0, 0, 0, 0, at) + name
    return local, entry


@functools.lru_cache(maxsize=16)
def backend(spec: str) -> tuple[Squeeze, Checksum]:
    """How to deflate and check, for a name such as `zlib:6`."""
    name, _, level = spec.partition(":")
    if name not in LEVELS or not level.isdecimal() or int(level) not in LEVELS[name]:
        hint = ", ".join(f"{n}:{r.start} to {n}:{r.stop - 1}" for n, r in LEVELS.items())
        raise UsageError(f"there is no compression {spec!r}", f"compressions are {hint}")
    try:
        return {"zlib": _zlib, "isal": _isal, "libdeflate": _libdeflate}[name](int(level))
    except ImportError as e:
        raise UsageError(f"the compression {spec!r} is not installed", "pip install 'agreegen[fast]'") from e


def _zlib(level: int) -> tuple[Squeeze, Checksum]:
    def squeeze(data: bytes) -> bytes:
        made = zlib.compressobj(level, zlib.DEFLATED, -15, 9)
        return made.compress(data) + made.flush()

    return squeeze, zlib.crc32


def _isal(level: int) -> tuple[Squeeze, Checksum]:
    isal_zlib = importlib.import_module("isal.isal_zlib")

    def squeeze(data: bytes) -> bytes:
        made = isal_zlib.compressobj(level, isal_zlib.DEFLATED, -15)
        return bytes(made.compress(data) + made.flush())

    return squeeze, isal_zlib.crc32


def _libdeflate(level: int) -> tuple[Squeeze, Checksum]:
    deflate = importlib.import_module("deflate")

    return lambda data: bytes(deflate.deflate_compress(data, level)), deflate.crc32
