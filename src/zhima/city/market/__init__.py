"""Mini-apps: what they declare, what they offer, how they are booked; the functions open to all."""
