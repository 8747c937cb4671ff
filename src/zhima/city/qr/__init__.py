"""Codes that phones show and scan: made, read back, drawn and printed. Pure; docs/qr.md."""
