"""What a newcomer gets wrong: each finding says in one sentence how it stands, and the command that mends it."""
