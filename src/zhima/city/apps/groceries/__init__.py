"""Groceries brought to the door. What is in the basket is no evidence."""
