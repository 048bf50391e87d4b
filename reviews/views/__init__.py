"""The doors. One file per noun; `frame` is what every tab of a session shares."""
