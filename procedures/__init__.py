"""The procedure catalogue: what the one-stop shop knows. No bot, no Rasa, no channel in here."""
