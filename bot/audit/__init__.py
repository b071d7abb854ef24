"""Who did what: written once, chained by hashes, never changed. docs/audit.md tells how it is checked."""
