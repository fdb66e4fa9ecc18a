"""积分超市: what people redeem with their points, and hand-over by a code, once."""
