"""The shape of what people type. One file per noun: `from reviews.forms import session as forms`."""
