"""What the bot keeps: tables, and the check that they are the program's."""
