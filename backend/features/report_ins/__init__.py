"""双报到: party members and units report to the community they live or stand in, and take tasks."""
