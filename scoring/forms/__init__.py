"""The shape of what people type. One file per noun."""
