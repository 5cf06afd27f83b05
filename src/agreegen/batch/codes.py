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
    "B012": "A file of an earlier version stands beside an agreement that was made again in another format, or under "
    "another name.",
    "B013": "The proposal names one of the partners, and is made for others as well.",
    "B014": "An agreement can't be made as things are: a file can't be read, a setting doesn't fit, or the like.",
    "B015": "Agreements or archives of an earlier batch are still in the folder, and the list has no row for them.",
    "B016": "Numbers or addresses that belong to one partner are printed in the agreements of several.",
    "B017": "An archive of an earlier batch doesn't hold the agreements as they are now.",
    "B018": "The proposal says something of every partner, and the records of some say otherwise of themselves.",
}

BATCH: Final = "agreegen batch coverage.yaml --partners partners.xlsx"

SHOWN: Final[dict[str, tuple[str, str, str, str]]] = {
    "B001": ("error", "One would replace the other, and a partner would get the agreement of another.",
             f'{BATCH} --name "{{partner.kind}}"', f'{BATCH} --name "{{partner.kind}}/{{partner.id}}"'),
    "B002": ("error", "What a person wrote would be lost without anybody having read it.",
             "coverage-butte-county.docx was changed in Word", "the change stands in the proposal or the list, and the "
             "file is deleted"),
    "B003": ("warning", "Without the record nothing tells which files are ours, so that all are made again.",
             "manifest.json was opened and saved by another program", "manifest.json is the one of a backup"),
    "B004": ("error", "A document that stands open can't be replaced, and half a document must not stand there.",
             "coverage-butte-county.docx is open in Word", "it is closed, and the same command is run again"),
    "B005": ("error", "What can't be written whole isn't written at all.",
             "0 bytes free", "room is made, and the same command is run again"),
    "B006": ("error", "The other partners' agreements mustn't wait for one that never ends.",
             BATCH, f"{BATCH} --time-limit 900"),
    "B007": ("error", "Whoever reads the summary must see which agreements aren't there yet.",
             "Ctrl-C after 20 of 58 agreements", "the same command again, which goes on where it was"),
    "B008": ("error", "A fault of the program costs one agreement, not the batch.",
             "the agreement failed by a fault of agreegen: KeyError", "the message is reported, with the proposal if "
             "that may be"),
    "B009": ("error", "A file that somebody else put there is theirs.",
             "coverage-butte-county.docx came by mail and was saved into the output folder",
             "it is moved away, or the batch has another --output"),
    "B010": ("error", "A file without that part of its name couldn't be told from another.",
             f'{BATCH} --name "{{partner.campus}}"', f'{BATCH} --name "{{partner.id}}"'),
    "B011": ("warning", "An archive that looks complete and isn't would be sent.",
             "coverage-butte-county.docx failed, and butte-county.zip is of its earlier version",
             "the cell is corrected, the same command is run again, and the archive is packed"),
    "B012": ("warning", "The file beside the new one says what is no longer so.",
             f"{BATCH} --format docx, where PDFs of an earlier batch are; or with another --name than before",
             f"{BATCH} --format both; or a folder of its own for each --name: --output to-send"),
    "B013": ("warning", "What is true of one partner would be printed in the agreements of all.",
             "population: Children in Alameda County", "population: Children in the county"),
    "B014": ("error", "What the agreement needs isn't there, so that it would lack a part.",
             "elements: [elements.csv], which was moved away", "elements: [lists/elements.csv], which is there"),
    "B015": ("warning", "An agreement that nobody is to get any more looks like all others in the folder.",
             "the row of Butte County was deleted, and coverage-butte-county.docx is still there; or counties and then "
             "campuses were made in one folder",
             "the file is deleted, or the row is there again; each list has an --output of its own"),
    "B016": ("warning", "A campus would sign with the approval of another, a county with another's contract.",
             "contractors: [{name: Community clinic, contract: HCSA-27-014}], for 58 counties",
             "contractors: [{name: Community clinic}], or a column `use.contractors.1.contract` in the list"),
    "B017": ("warning", "The archive is what is sent, and would be sent with the words of before.",
             f"{BATCH}, after a change, where butte-county.zip is of an earlier batch", f"{BATCH} --zip each"),
    "B018": ("warning", "A row that somebody filled in would be for nothing, and the agreement name another signatory.",
             "recipient: {party: partner, signatory: {title: Chair of the Board of Supervisors}}, where the row of a "
             "district says General Manager", "recipient: {party: partner}, and the title of each in the list"),
}  # fmt: skip
"""The severity of each code, why it matters, and how it is with the fault and without."""
