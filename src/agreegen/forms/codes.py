"""What the codes of findings about filled forms mean."""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "M001": "The text of the form, outside of its fields, was changed: words of the agreement may be others now.",
    "M002": "A field that `check` will ask for as an error is empty.",
    "M003": "The value of a field isn't one that it can have, such as a date that doesn't exist.",
    "M004": "The control of a field was deleted from the form.",
    "M005": "One field has different values in several places of the form.",
    "M006": "A tracked change in the form was neither accepted nor rejected.",
    "M007": "What a field shows isn't what the form's data say; what is shown holds.",
    "M008": "A value was taken from the official form, and its place in the proposal is a guess.",
    "M009": "The form has lost what it was compared with; its text can't be vouched for.",
    "M010": "A value had characters that can't stand in a document; they were replaced by spaces.",
    "M011": "Text of the form has no field in proposals; it is kept as a comment.",
    "M012": "A prose field has a look, list, table or picture that a proposal can't hold; only its words were taken.",
    "M013": "Somebody wrote a comment in the form; it is kept as a comment of the proposal.",
    "M014": "A legal name is the short or common name of a party of the lists, whose legal name is another.",
}
