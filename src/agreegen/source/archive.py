"""A ZIP file in memory: checked before it is read, and changed without touching the members that stay."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from agreegen.errors import UsageError
from agreegen.template.container import has_doctype, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCAL: Final = struct.Struct("<IHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<IHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<IHHHHIIH")
_DATE: Final = 1 << 5 | 1  # 1980-01-01
_UTF8: Final = 0x800


def members(data: bytes) -> dict[str, bytes]:
    """The members of a Word file that a stranger may have made; UsageError if it is broken, encrypted or a bomb."""
    found = unpacked(data)
    for name, content in found.items():
        if name.lower().endswith((".xml", ".rels")) and has_doctype(content):
            raise UsageError(f"{name!r} holds a document type definition, which Word never writes",
                             "take the file again from where you had it")  # fmt: skip
    return found


def replaced(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The ZIP with these members new or instead of the old; the others keep their packed bytes: same input, same bytes.

    Only for files that we made ourselves: no ZIP64, no encryption.
    """
    out, directory = bytearray(), bytearray()
    count = 0
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        infos = z.infolist()
    for i in infos:
        if i.filename not in changed:
            _append(out, directory, i.filename, (i.compress_type, i.CRC, _raw(data, i), i.file_size))
        else:
            _squeezed(out, directory, i.filename, changed[i.filename])
        count += 1
    known = {i.filename for i in infos}
    for name in sorted(changed.keys() - known):
        _squeezed(out, directory, name, changed[name])
        count += 1
    return bytes(out + directory + _END.pack(0x06054B50, 0, 0, count, count, len(directory), len(out), 0))


def _raw(data: bytes, info: zipfile.ZipInfo) -> bytes:
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + 30 + name + extra
    return data[start : start + info.compress_size]


def _squeezed(out: bytearray, directory: bytearray, name: str, content: bytes) -> None:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    raw = packer.compress(content) + packer.flush()
    _append(out, directory, name, (zipfile.ZIP_DEFLATED, zlib.crc32(content), raw, len(content)))


def _append(out: bytearray, directory: bytearray, name: str, packed: tuple[int, int, bytes, int]) -> None:
    """Adds a member: its method, checksum, packed bytes and size."""
    method, crc, raw, size = packed
    encoded, at = name.encode(), len(out)
    fields = (0 if name.isascii() else _UTF8, method, 0, _DATE, crc, len(raw), size, len(encoded), 0)
    out += _LOCAL.pack(0x04034B50, 20, *fields) + encoded + raw
    directory += _CENTRAL.pack(0x02014B50, 20, 20, *fields, 0, 0, 0, 0, at) + encoded
