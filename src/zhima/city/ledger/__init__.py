"""Money in whole fen, double entry, append-only: nothing acknowledged is ever lost."""
