"""WeChat Pay v3: orders, refunds, bills and notifications, signed both ways."""
