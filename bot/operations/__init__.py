"""Running it: backups and their restore, upgrades with a rehearsal, and what a newcomer gets wrong."""
