"""The result: its numbers, tables, words and pictures."""
