"""Commands for the lists of technologies and topics."""
