"""A community's pool of points: what shops took is settled into it, budgets come and go."""
