"""The partner API: orders, refunds, webhooks and tickets for other people's software."""
