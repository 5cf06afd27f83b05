"""The child process that draws for the embedded engine: requests on standard input, PDFs on standard output.

Runs as a script and imports nothing of ours. In a process of its own a crash or a hang of the engine can be ended, and
the font configuration (an environment variable on Linux) never reaches the caller. A message is eight bytes of length
and the bytes; an answer has one byte more in front, "+" for a PDF and "-" for the reason why there is none.
"""

from __future__ import annotations

import os
import struct
import sys


def main() -> None:
    """Answers requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the engine prints must not mix with the answers
    import dxpdf  # noqa: PLC0415 (after standard output is safe)

    while len(head := sys.stdin.buffer.read(8)) == 8:
        docx = sys.stdin.buffer.read(struct.unpack(">Q", head)[0])
        try:
            answer, kind = dxpdf.convert(docx), b"+"
        except KeyboardInterrupt:
            return
        except BaseException as e:
            answer, kind = f"{type(e).__name__}: {e}".encode(), b"-"
        answers.write(kind + struct.pack(">Q", len(answer)) + answer)
        answers.flush()


if __name__ == "__main__":
    main()
