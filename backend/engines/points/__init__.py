"""The time bank: points that people earn, keep, spend and pass on within the family."""
