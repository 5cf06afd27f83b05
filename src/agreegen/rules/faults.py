"""Faults of files: the codes of reading, each with what it means, and an example wrong and right."""

from __future__ import annotations

from agreegen.late import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A code of reading: a sentence, the reason, and lines of a file before and after mending."""

    title: str
    why: str
    bad: str
    good: str

    @property
    def text(self) -> str:
        """The fault as it is explained."""
        parts = (self.title, "", f"Why: {self.why}", "Bad:", *_indented(self.bad), "Good:", *_indented(self.good))
        return "\n".join(parts)


def _indented(lines: str) -> list[str]:
    return [f"    {line}" for line in lines.splitlines()]


FAULTS = {
    "Y001": Fault(
        "YAML that can't be read: colon, tab, quote, bracket or indentation.",
        "From that place on nobody can tell which text belongs to which key.",
        "proposal: Outreach: second phase",
        'proposal: "Outreach: second phase"',
    ),
    "Y002": Fault(
        "A key or column that stands there twice.",
        "Only one of the two could be printed, and nobody would notice the other.",
        "reference: BUCP-1\nreference: BUCP-2",
        "reference: BUCP-2",
    ),
    "Y003": Fault(
        "An alias or a tag; values are written out.",
        "A sign such as * or ! at the start of a text has a meaning in YAML that changes or drops words.",
        "reference: *first",
        'reference: "*first"',
    ),
    "Y004": Fault(
        "A file that is too large or too deeply nested.",
        "A proposal has a few hundred lines; long tables stand in a CSV file.",
        "data: " + "[" * 61 + "]" * 61,
        "data: {elements: [elements.csv]}",
    ),
    "Y005": Fault(
        "A character that can't stand in a document, or a file that isn't UTF-8.",
        "Word would refuse the document or show something else; such characters come along when text is pasted.",
        "proposal: Outreach\x07",
        "proposal: Outreach",
    ),
    "Y006": Fault(
        "A file that is empty or isn't a block of keys.",
        "A proposal is made of lines with a key, a colon and a value.",
        "Outreach to families",
        "proposal: Outreach to families",
    ),
    "Y007": Fault(
        "Typographic quotation marks around a value: they would be printed.",
        "YAML knows straight quotation marks only; others belong to the text.",
        "proposal: \u201cOutreach\u201d",
        'proposal: "Outreach"',
    ),
    "Y008": Fault(
        "Words that YAML drops as a comment, because ` #` starts one.",
        "The words after it would be missing in the agreement.",
        "reference: Suite #4",
        'reference: "Suite #4"',
    ),
    "Y009": Fault(
        "Words that stand alone in { }, because a comma ended the text before them.",
        "The words after the comma would be missing in the agreement.",
        "contact: {name: Deputy Director, Programs}",
        'contact: {name: "Deputy Director, Programs"}',
    ),
    "D001": Fault(
        "A key that doesn't belong where it stands.",
        "What stands below a key that nobody knows would be left out of the agreement.",
        "proposal: Outreach\nprovider: DHCS\nrecipient: CDPH\npurposes: {scope: A list.}",
        "proposal: Outreach\nprovider: DHCS\nrecipient: CDPH\npurpose: {scope: A list.}",
    ),
    "D002": Fault(
        "A key without which the file can't be understood.",
        "A proposal needs a name and two parties before anything else can be said.",
        "proposal: Outreach\nprovider: DHCS",
        "proposal: Outreach\nprovider: DHCS\nrecipient: CDPH",
    ),
    "D003": Fault(
        "A value of the wrong kind.",
        "A date, a number, yes or no, or one of a few words is needed, so that nothing else is printed.",
        "proposal: Outreach\nprovider: DHCS\nrecipient: CDPH\ndates: {start: soon}",
        "proposal: Outreach\nprovider: DHCS\nrecipient: CDPH\ndates: {start: 2027-03-01}",
    ),
    "D004": Fault(
        "A file that the proposal names and that isn't there.",
        "Its rows would be missing in the agreement. Files stand beside the proposal; tables are CSV files.",
        "proposal: Outreach\nprovider: DHCS\nrecipient: CDPH\ndata: {elements: [elements.xlsx]}",
        "proposal: Outreach\nprovider: DHCS\nrecipient: CDPH\ndata: {elements: [Birth date]}",
    ),
    "D005": Fault(
        "A table whose rows and header don't fit.",
        "A comma inside a cell moves what follows into the next column; such a cell needs quotation marks.",
        "name,definition\nBirth date,Day, month and year",
        'name,definition\nBirth date,"Day, month and year"',
    ),
    "D006": Fault(
        "A party that nobody knows or asks for, or a name that two records share.",
        "The agreement needs a party's legal name and kind, from the lists, from partners/ or from the proposal.",
        "proposal: Outreach\nprovider: Department of Helth Care\nrecipient: CDPH",
        "proposal: Outreach\nprovider: Department of Health Care Services\nrecipient: CDPH",
    ),
    "D007": Fault(
        "A setting of the master that doesn't exist, or a value that it can't have.",
        "A setting that isn't known would change nothing, and counsel would rely on it.",
        "terms: {training_month: 6}",
        "terms: {training_months: 6}",
    ),
    "D008": Fault(
        "A legal name or a kind that contradicts the party that is named, or the lists.",
        "The cover and the signatures would say one body, and the clauses another.",
        "proposal: Outreach\nprovider: DHCS\nrecipient: {party: Alpine County, legal name: County of Butte}",
        "proposal: Outreach\nprovider: DHCS\nrecipient: Alpine County",
    ),
    "L001": Fault(
        "A list of partners that can't be read, or that has no row with the names of its columns.",
        "Without headings nobody can tell which text belongs to which field.",
        "Alameda County\nAlpine County",
        "party\nAlameda County\nAlpine County",
    ),
    "L002": Fault(
        "A column of a list that no field is called; its cells aren't used.",
        "A misspelt heading would leave its cells out of every agreement. A heading that begins with # says that a "
        "column is for your own use.",
        "party,notes\nAlameda County,sent in May",
        "party,# notes\nAlameda County,sent in May",
    ),
    "L003": Fault(
        "A column of a list that can mean several fields, or two columns that mean the same.",
        "A value could be printed in the wrong place.",
        "party,email\nAlameda County,privacy@example.gov",
        "party,contacts.incident.email\nAlameda County,privacy@example.gov",
    ),
    "L004": Fault(
        "A partner that stands in a list twice.",
        "Two agreements would be made for it, perhaps with different contacts. Units of one body have an id each.",
        "party\nAlameda County\nCounty of Alameda",
        "party,unit,id\nAlameda County,Public Health,alameda-health\nAlameda County,Social Services,alameda-social",
    ),
    "L005": Fault(
        "A cell whose value isn't sure: a date that can be read in two ways, a formula without a result, lost zeros.",
        "A guess would be printed as if somebody had written it.",
        "party,dates.start\nAlameda County,2/9/2027",
        "party,dates.start\nAlameda County,2027-02-09",
    ),
    "L006": Fault(
        "A part of a list that is left out, or read in a way that you should know of.",
        "Other sheets and rows that begin with # aren't partners; text that isn't UTF-8 is read as Windows text.",
        "party\n# Alameda County\nAlpine County",
        "party\nAlameda County\nAlpine County",
    ),
    "L007": Fault(
        "A list without partners, or a row that names no party.",
        "An agreement needs to know with whom it is made.",
        "party,hipaa status\n,hybrid",
        "party,hipaa status\nAlameda County,hybrid",
    ),
    "L008": Fault(
        "Overrides of a partner that don't hold: of a party, or of a record that the proposal names itself.",
        "A partner may change the proposal's fields for its own agreement, and nobody's record but its own.",
        "party: Alameda County\noverrides: {provider: DHCS}",
        "party: Alameda County\noverrides: {dates: {start: 2027-05-01}}",
    ),
    "P002": Fault(
        "A field that the agreement prints and that has no value to print.",
        "A master that you changed prints a field that the official forms don't ask for.",
        "{{ proposal.dates.review | date }}",
        "{% if proposal.dates.review %}{{ proposal.dates.review | date }}{% endif %}",
    ),
    "P070": Fault(
        "A document that was attached to the agreement isn't among the attachments that the proposal names.",
        "The agreement is what it names: what stands behind its pages and isn't named binds nobody.",
        "agreegen generate mine.yaml --attach 'plan.pdf=Security plan'",
        "attachments: [Security plan]",
    ),
}
"""Every code of reading, of what a changed master asks for, and of what is attached."""
