"""What a score opens: deposits waived, places, upgrades, parties; and what that was worth.

Receiving money is no door: nothing here is asked when somebody is paid.
"""
