"""Agreements about lent things: the deposit, frozen or waived, from the quote to its end."""
