"""What people typed: folding, the shape of Vietnamese syllables, one normal form, and the language."""
