"""Guides: one person's way through one procedure, with a checklist of papers. Pure: nothing here asks or stores."""
