"""What the regulation says; plain values in and out. One file per noun."""
