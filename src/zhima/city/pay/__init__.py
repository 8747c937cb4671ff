"""Paying by code: shops and their tills, orders, refunds, tickets, the bank, other operators."""
