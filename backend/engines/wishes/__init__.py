"""Micro-wishes (微心愿): small wishes of neighbours, and of those who cannot ask for themselves."""
