"""From data and options to a result."""
