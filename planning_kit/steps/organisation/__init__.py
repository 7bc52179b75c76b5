"""The organisation: who plans, and the logs every step writes to."""
