"""A Merkle log: hashes, proofs, tiles, signed heads, witnesses. Pure; RFC 6962, RFC 9162, C2SP."""
