"""Holding a fair (公益集市): asked for, reviewed, announced, open, and what it added up to."""
