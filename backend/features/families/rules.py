"""Who gets how much of what a household shared. Pure.

What is shared belongs to the household for as long as it has a member. When the last one has gone
(moved out, sold the dwelling, left the house altogether), it returns to those who gave more than
they took, by how much more; where none of them has an account any more, to the communities that it
came from. Every point keeps its end.
"""

from collections.abc import Mapping


def shares(total: int, given: Mapping[int, int]) -> dict[int, int]:
    """Whole parts of the total in proportion to what each gave (all above zero); they sum to it.

    What does not divide goes one by one to the largest remainders, of equal ones to the first.
    """
    whole = sum(given.values())
    parts = {who: total * size // whole for who, size in given.items()}
    rest = sorted(given, key=lambda who: (-(total * given[who] % whole), who))
    for who in rest[: total - sum(parts.values())]:
        parts[who] += 1
    return {who: size for who, size in parts.items() if size}
