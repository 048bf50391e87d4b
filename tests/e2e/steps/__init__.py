"""The chapters of the walk, one file per stage of a meeting. Each function is what one person does in the browser."""
