"""Batch: one agreement for each of many partners, and the record of what was made."""
