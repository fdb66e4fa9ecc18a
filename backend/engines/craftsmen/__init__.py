"""Able neighbours (能工巧匠): what they can do, where, when, for how much, and who suits a need."""
