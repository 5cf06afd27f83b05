"""What the codes of findings about batches mean."""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "B001": "Two documents of a batch would be written under the same name.",
    "B002": "A file that a batch wrote was changed since; it isn't replaced without --force.",
    "B003": "The record of the earlier batches in the folder can't be read, and was begun anew.",
    "B004": "A file can't be put in its place: another program holds it open, or the folder is closed to us.",
    "B005": "The disk is full: the batch stops, and goes on where it was when it is run again.",
    "B006": "An engine or a worker failed at an agreement, or took too long, twice; the others go on without it.",
    "B007": "The batch was stopped before this agreement was made; run the same command again to go on.",
    "B008": "An agreement failed by a fault of agreegen itself; please report it.",
    "B009": "A file stands where an agreement belongs, and agreegen didn't write it.",
    "B010": "The template of names asks for a value that a partner doesn't have.",
    "B011": "An archive was packed without an agreement that isn't there, or wasn't packed.",
    "B012": "A file of an earlier version stands beside an agreement that was made again in another format.",
    "B013": "The proposal names one of the partners, and is made for others as well.",
    "B014": "An agreement can't be made as things are: a file can't be read, a setting doesn't fit, or the like.",
    "B015": "Agreements of an earlier batch are still in the folder, and the list has no row for them any more.",
}
