"""What a text of each kind refers to: one reader for each, which knows no app."""
