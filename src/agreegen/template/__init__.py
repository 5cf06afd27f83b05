"""Word templates: the common base, the text notation, numbering, and compiling."""
