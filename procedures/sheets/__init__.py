"""The checklist of a procedure as a page, as one A4 side, and as plain text, in three languages."""
