"""The running service: wallet, people, apps and the doors a score opens."""
