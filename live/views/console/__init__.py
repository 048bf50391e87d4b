"""The console: its page, its buttons, and what is noted on it."""
