"""The admin console at /admin: answers, words, settings, trainings and numbers, kept right by the province itself."""
