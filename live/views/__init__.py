"""The doors of the hall. One file per noun; `hall` is what console and projector share."""
