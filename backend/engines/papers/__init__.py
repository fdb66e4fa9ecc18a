"""Votes on paper: printed with a code, entered by two people, counted once both agree."""
