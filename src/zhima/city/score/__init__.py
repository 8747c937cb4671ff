"""A person's own pages about her score: dial, receipt, time line, and what would change it."""
