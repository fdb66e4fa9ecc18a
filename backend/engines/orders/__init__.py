"""Work orders 工单: what they are, who may do what with them, the handler's part of the loop."""
