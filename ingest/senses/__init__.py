"""Homonyms told apart: what company a term keeps, which senses that shows, and which document means which."""
