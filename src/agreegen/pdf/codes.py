"""What the codes of findings about PDFs mean."""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "D101": "The document holds what the embedded PDF engine can't draw; text or meaning would be lost.",
    "D102": "The document holds what the embedded PDF engine leaves out; only looks differ.",
    "D103": "A font was replaced by one of other widths, so that lines and pages break elsewhere than in Word.",
    "D104": "The document holds what no PDF engine draws, or what can't be proven drawn; text would be lost.",
    "D105": "A cross-reference shows another number than what it refers to has.",
    "D106": "A picture isn't in the document, only a link to it; no PDF engine draws it.",
    "D107": "The embedded PDF engine couldn't draw the document as it is; no engine was asked for, so LibreOffice did.",
    "D201": "The PDF leaves out words of the document.",
    "D202": "The PDF says words that the document doesn't say there.",
    "D203": "The PDF says other words than the document.",
    "D204": "A page of the PDF doesn't have the header or footer that belongs there, or another page number.",
    "D205": "The PDF prints a line of text over another, such as a footnote over the text.",
    "D301": "The page numbers in the contents don't settle.",
    "D501": "The document has no title, so that its PDF is named after its first words.",
    "D502": "A picture has no description that a screen reader could read out.",
    "D503": "Text of the PDF isn't in its structure, so that a screen reader skips it.",
    "D504": "The PDF draws something that belongs nowhere in the structure of the document, or lacks it.",
    "D505": "The PDF that was drawn is cut off or damaged.",
    "D401": "The watermark has characters that no font of the PDF has.",
    "D402": "Signature fields were asked for, and the document has no signature line.",
    "D403": "A signature line of the document isn't where it was looked for in the PDF, so that it has no field.",
    "D601": "The PDF fails a rule of PDF/UA: a part of it can't be used by everybody.",
    "D602": "The PDF fails a rule of PDF/A: it may not look or work the same in years to come.",
    "D603": "The file can't be checked: it isn't a PDF, is empty or damaged, or needs a password.",
    "D604": "The check of the PDF was given up, so that nothing is known about it.",
    "D605": "The PDF claims no profile, or one that can't be checked here.",
    "D701": "A document that is to stand behind the agreement can't be read as PDF.",
    "D702": "A document that is to stand behind the agreement is encrypted.",
    "D703": "A document behind the agreement is signed; its signature is only a picture there.",
    "D704": "Something of a document behind the agreement was left out: scripts, actions, media, files inside.",
    "D705": "The agreement's PDF isn't claimed to be accessible, because a document behind it isn't.",
    "D706": "The agreement's PDF isn't claimed to be fit for archives, because a document behind it isn't.",
    "D707": "The Word document doesn't hold the documents that stand behind the agreement's PDF.",
    "D708": "A document behind the agreement is damaged.",
    "D709": "A document behind the agreement has a form; its fields have other names there.",
    "D710": "A document behind the agreement has notes of readers, or places that are only marked for redaction.",
}
