"""Once: what is told of all agreements of a batch together, since it is in the words that all of them have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.batch.entry import flat
from agreegen.batch.names import foreign
from agreegen.batch.numbers import belonging_to_one
from agreegen.batch.outvoted import outvoted
from agreegen.batch.told import is_common
from agreegen.finding import plain_key
from agreegen.reading.record import with_keys
from agreegen.rules.attachments import unnamed

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agreegen.batch.entry import Entry
    from agreegen.finding import Finding
    from agreegen.pdf.attached import Attached
    from agreegen.reading.listed import Listed

_ATTACHMENT: Final = re.compile(r"(attachments\[\d+\])(?:\.label)?")


def told_once(
    partners: Sequence[Listed],
    proposals: Mapping[pathlib.Path, Mapping[str, str]],
    behind: Sequence[Attached],
    entries: Iterable[Entry],
) -> tuple[Finding, ...]:
    """The warnings about what proposals say to all partners, about documents behind all PDFs, and about own parties.

    `proposals` has the texts of each proposal by their dotted names.
    """
    documents = [(document.title, document.file) for document in behind]
    found = list(foreign(partners, proposals))
    found += belonging_to_one(partners, proposals)
    found += outvoted(partners, proposals)
    if documents:
        own = [pair for partner in partners for pair in _attachments(_own(partner))]
        for path, texts in proposals.items():
            found += unnamed(documents, [*_attachments(texts), *own], path.as_posix())
    told = (f for entry in entries for f in entry.findings if is_common(f, entry.common))
    return (*found, *dict.fromkeys(told))


def _own(partner: Listed) -> Mapping[str, str]:
    """The attachments of a partner's own, as texts by their dotted names."""
    return flat(with_keys({key: said for key, said in partner.overrides.items() if plain_key(key) == "attachments"}))


def _attachments(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The label and the file of each attachment that is named."""
    for name, text in texts.items():
        if found := _ATTACHMENT.fullmatch(name):
            yield text, texts.get(f"{found[1]}.file", "")
