"""What a message means, without Rasa: features, the two-stage classifier and its thresholds, parts, entities."""
