"""What carries everything and knows no business."""
