"""The Rasa project. Its components live in nlu.components."""
