"""What the meeting obeys, as plain values. One file per noun: `from live.rules import hall as rules`."""
