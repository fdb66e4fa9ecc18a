"""What one signs up for at a fair: services in turns, training, jobs of the 微梦合作社 corner."""
