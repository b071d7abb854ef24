"""Guides as they are talked through: what is asked at each stage, and what an answer means there."""
