"""Who gets an order 分流: by the house itself where it is sure, by a dispatcher where it is not."""
