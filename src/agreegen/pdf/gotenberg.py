"""Gotenberg as an engine: LibreOffice behind HTTP, for many agreements at once; versions 8 and 9 name fields otherwise.

Written after its documentation and tested against a stand-in; not run against a real Gotenberg yet.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from agreegen.errors import EngineError
from agreegen.late import dataclass
from agreegen.pdf.flatten import flattened
from agreegen.pdf.limits import examined
from agreegen.pdf.linked import linked

if TYPE_CHECKING:
    import http.client
    import socket
    from collections.abc import Sequence

    from agreegen.finding import Finding

VARIABLE: Final = "AGREEGEN_GOTENBERG_URL"
ROUTE: Final = "/forms/libreoffice/convert"
FIELDS: Final[dict[int, tuple[tuple[str, str], ...]]] = {
    8: (("pdfua", "true"), ("exportBookmarks", "true"), ("exportFormFields", "false"), ("updateIndexes", "false")),
    9: (
        ("nativePdfua", "true"),
        ("nativeBookmarks", "true"),
        ("exportFormFields", "false"),
        ("updateIndexes", "false"),
    ),
}
"""What we ask for, by major version: tags, bookmarks, no fields, contents as they are; all can be done without."""

_MIME: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LARGEST: Final = 200 << 20
_UNKNOWN: Final = re.compile(r"form field '(\w+)' is unknown")
_SAID: Final = {
    401: ("it asks for a name and a password", "write them into the address: https://name:password@host"),
    403: ("it refuses us", "ask whoever runs it"),
    404: ("it has no LibreOffice there", "check the address, and that the image holds LibreOffice"),
    413: ("the document is larger than it takes", "raise its --api-body-limit"),
    429: ("its queue is full", "try again, or let it run more instances"),
    503: ("it is busy, or the document took it too long", "try again, or raise its --api-timeout"),
    504: ("the document took it too long", "try again, or raise its --api-timeout"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Gotenberg is; what is printed of it never holds a password."""

    secure: bool
    host: str
    port: int | None
    path: str
    authorization: str = ""

    def __str__(self) -> str:
        """The address without name and password."""
        port = f":{self.port}" if self.port else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.secure else ''}://{host}{port}{self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, the type and the body of an answer."""

    status: int
    kind: str
    body: bytes

    @property
    def said(self) -> str:
        """The body as one short line."""
        text = self.body[:2000].decode("utf-8", "replace")
        return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()[:300]


class Gotenberg:
    """One Gotenberg; `url` is the setting, else the environment says where it is."""

    name: Final = "gotenberg"

    def __init__(self, url: str = "") -> None:
        """Nothing is asked yet."""
        self.url = url

    def unavailable(self) -> str:
        """Why it can't be used on this machine, "" if it can; it isn't asked whether it is up."""
        said = self.url or os.environ.get(VARIABLE, "")
        if not said:
            return "nothing says where a Gotenberg is"
        return "" if isinstance(found := _address(said), Address) else found

    def install(self) -> str:
        """What to do to get it."""
        return (f"set {VARIABLE}, or gotenberg_url in agreegen.toml, to its address, such as http://localhost:3000; "
                "`docker run -p 3000:3000 gotenberg/gotenberg:9` starts one")  # fmt: skip

    def detail(self) -> str:
        """Its version and where it is."""
        address = self._where()
        return f"Gotenberg {_version(address, time.monotonic() + 5)} at {address}"

    def examine(self, docx: bytes) -> tuple[Finding, ...]:
        """What no engine can draw. UsageError if this isn't a Word file."""
        return examined(docx)

    def convert(self, docx: bytes, timeout: float = 120) -> bytes:
        """The PDF; EngineError if there is none within `timeout` seconds."""
        examined(docx)
        address, until = self._where(), time.monotonic() + timeout
        version = _version(address, until)
        fields = list(FIELDS[min(_major(version, address), max(FIELDS))])
        given = linked(flattened(docx))
        while True:
            answer = _ask(address, "POST", ROUTE, until, _form(given, fields))
            refused = _refused(answer, fields)
            if not refused:
                return _pdf(answer, address, version)
            fields = [f for f in fields if f[0] != refused]

    def _where(self) -> Address:
        if reason := self.unavailable():
            raise EngineError(f"Gotenberg can't be used: {reason}", self.install())
        found = _address(self.url or os.environ.get(VARIABLE, ""))
        assert isinstance(found, Address)
        return found


def _address(text: str) -> Address | str:
    """The address, or what is wrong with it; the text isn't repeated, since it may hold a password."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return "its address can't be read"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "its address must begin with http:// or https:// and name a host"
    if parts.query or parts.fragment:
        return "its address must end before ? and #"
    if re.search(r"[^\x21-\x7e]", parts.hostname + parts.path):
        return "its address has characters that no address has"
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if "@" in parts.netloc else ""
    authorization = f"Basic {base64.b64encode(user.encode()).decode()}" if user else ""
    return Address(parts.scheme == "https", parts.hostname, port, parts.path.rstrip("/"), authorization)


def _version(address: Address, until: float) -> str:
    """What it says that its version is."""
    answer = _ask(address, "GET", "/version", until)
    if answer.status == 200 and re.match(r"v?\d+\.\d+", answer.said):
        return answer.said.removeprefix("v")[:60]
    if answer.status in (401, 403):
        raise _failure(answer, address)
    raise EngineError(f"what answers at {address} doesn't say its version as Gotenberg does ({answer.status})",
                      "give the address of a Gotenberg, 8.5 or later")  # fmt: skip


def _major(version: str, address: Address) -> int:
    found = int(version.partition(".")[0])
    if found < min(FIELDS):
        raise EngineError(f"the Gotenberg at {address} is {version}; 8 and 9 are known", "start a newer one")
    return found


def _form(docx: bytes, fields: Sequence[tuple[str, str]]) -> tuple[str, bytes]:
    """The type and the body of the form: the fields, then the document as one of `files`."""
    boundary = "agreegen-" + hashlib.sha256(docx).hexdigest()[:40]
    while boundary.encode() in docx:
        boundary += "x"
    head = [f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields]
    head.append(f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="agreement.docx"\r\n'
                f"Content-Type: {_MIME}\r\n\r\n")  # fmt: skip
    return f"multipart/form-data; boundary={boundary}", "".join(
        head
    ).encode() + docx + f"\r\n--{boundary}--\r\n".encode()


def _refused(answer: Answer, fields: Sequence[tuple[str, str]]) -> str:
    """The field that it doesn't know in this version, "" if it took them all."""
    found = _UNKNOWN.search(answer.said) if answer.status == 400 else None
    return found[1] if found and found[1] in dict(fields) else ""


def _pdf(answer: Answer, address: Address, version: str) -> bytes:
    """The PDF of an answer, if it is one."""
    if answer.status != 200:
        raise _failure(answer, address)
    if not answer.body.startswith(b"%PDF-") or b"%%EOF" not in answer.body[-1024:]:
        kind = re.sub(r"[^\w/+.-]", "", answer.kind)[:60] or "nothing named"
        raise EngineError(f"Gotenberg {version} at {address} answered with {kind}, not with a whole PDF",
                          "look into its log")  # fmt: skip
    return answer.body


def _failure(answer: Answer, address: Address) -> EngineError:
    what, hint = _SAID.get(answer.status, (f"it answered {answer.status}", "look into its log"))
    said = f": {answer.said}" if answer.said and answer.status not in (401, 403) else ""
    return EngineError(f"Gotenberg at {address} gave no PDF: {what}{said}", hint)


def _ask(address: Address, method: str, route: str, until: float, form: tuple[str, bytes] | None = None) -> Answer:
    """The answer to one request; EngineError if none comes before `until`."""
    import http.client  # noqa: PLC0415 (slow to load, and seldom needed)
    import ssl  # noqa: PLC0415

    connection = _connection(address, until)
    headers = {"Connection": "close", **({"Authorization": address.authorization} if address.authorization else {})}
    kind, body = form or ("", None)
    if kind:
        headers["Content-Type"] = kind
    try:
        connection.connect()
        line = connection.sock
        connection.request(method, address.path + route, body, headers)
        line.settimeout(_left(until))
        with connection.getresponse() as response:
            data = _body(response, line, until)
        if len(data) > _LARGEST or (response.length or 0) > 0:
            raise EngineError(f"the answer of Gotenberg at {address} was cut off, or is larger than any agreement",
                              "try again")  # fmt: skip
        return Answer(response.status, response.headers.get_content_type(), data)
    except TimeoutError:
        raise EngineError(f"Gotenberg at {address} was given up: not done within the time limit",
                          "try again, or let it run more instances") from None  # fmt: skip
    except ssl.SSLError as e:
        raise EngineError(f"the connection to {address} isn't safe: {e.reason}", "check its certificate") from None
    except (OSError, http.client.HTTPException) as e:
        why = getattr(e, "strerror", None) or type(e).__name__
        raise EngineError(f"no Gotenberg answers at {address}: {why}", "start it, or correct its address") from None
    finally:
        connection.close()


def _body(response: http.client.HTTPResponse, line: socket.socket, until: float) -> bytes:
    """What the answer holds, up to its end or to more than any agreement has; TimeoutError at the time limit."""
    data = bytearray()
    while len(data) <= _LARGEST:
        line.settimeout(_left(until))
        piece = response.read1(1 << 20)
        if not piece:
            break
        data += piece
    return bytes(data)


def _connection(address: Address, until: float) -> http.client.HTTPConnection:
    import http.client  # noqa: PLC0415
    import ssl  # noqa: PLC0415

    if address.secure:
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(address.host, address.port, timeout=_left(until), context=context)
    return http.client.HTTPConnection(address.host, address.port, timeout=_left(until))


def _left(until: float) -> float:
    """The seconds that are left; TimeoutError if there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
