"""What buyers say of a shop, what it answers, and complaints that become orders."""
