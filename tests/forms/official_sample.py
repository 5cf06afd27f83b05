"""A proposal form as a state office may print it: a table of three columns, in words of our own."""

from __future__ import annotations

from xml.sax.saxutils import escape

from agreegen.template.base import pack, parts

Answers = dict[str, list[str] | str]
"""What stands in the last cell of each row: paragraphs, or the XML of the cell."""

FILLED: Answers = {
    "Use case name": ["Helping families"],
    "Contact information": [
        "Data Coordinator, Data Office, coordinator@example.gov, (916) 555-0101",
        "Chief of Data, chief@example.gov, (916) 555-0102",
        "Records Lead; Records Branch; records@example.gov",
        "Branch Chief, branch@example.gov, 916-555-0104",
    ],
    "Purpose": ["Scope: Calls to families & letters", "Reason: Mail doesn't reach them", "Why it is wanted: telephone",
                "numbers change often", "Benefits: fewer gaps"],
    "Types of data": ["eligibility, contact details"],
    "Output": ["Products: Work lists (intermediate, not public)", "Public counts", "Analysis: who was reached"],
    "Data elements": ["Telephone: number of the family", "Zip code \u2013 five figures", "Language"],
    "Data users": ["Who has access: Outreach unit", "Contractors: Yes, two clinics"],
    "Data transfer and management": ["SFTP each month"],
    "Destruction or return": ["How: the files are shredded", "Limits: none but the law's"],
    "Known risks": ["N/A"],
    "Legal authority": ["Recipient: Welfare and Institutions Code 14005"],
    "Transfer of funds": ["No"],
    "Possible alternatives": ["None"],
    "Critical dates": ["March 1, 2027 to February 28, 2030", "Ongoing, monthly"],
    "Further disclosure": ["No. Never."],
    "Research": ["Perhaps an evaluation"],
    "Specialized security": ["Federal: tax rules", "State: SAM 5300"],
    "Approvals": ["Deputy Director, Deputy Director of Programs, deputy@example.gov"],
    "Positions": [""],
}  # fmt: skip


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _cell(content: list[str] | str) -> str:
    inner = content if isinstance(content, str) else "".join(map(_paragraph, content))
    return f"<w:tc><w:tcPr/>{inner}</w:tc>"


def official(answers: Answers, *, after: str = "") -> bytes:
    """The form with these answers; `after` is a paragraph below the table."""
    rows = "".join(
        f"<w:tr>{_cell([name])}{_cell(['Required'])}{_cell(answer)}</w:tr>" for name, answer in answers.items()
    )
    head = f"<w:tr>{_cell(['Field'])}{_cell(['When'])}{_cell(['Answer'])}</w:tr>"
    body = f"{_paragraph('')}<w:tbl><w:tblPr/><w:tblGrid/>{head}{rows}</w:tbl>{_paragraph(after)}"
    return pack(parts(body))
