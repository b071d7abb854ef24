"""Long runs, each with a short version that is part of every suite."""
