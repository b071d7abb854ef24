"""The commands of `motcua`, a topic a file."""
