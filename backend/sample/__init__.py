"""The sample city: made-up people and demands, and what starts, shows and tries the product."""
