"""Who may. One file per noun: `from reviews.policies import session as policies`."""
