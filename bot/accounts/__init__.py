"""People who sign in: who they are, their passwords, their sessions, and who may pass."""
