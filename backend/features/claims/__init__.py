"""Claiming wishes (认领): taking shares on, doing it, having it confirmed, or letting it go."""
