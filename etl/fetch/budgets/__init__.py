"""How much a service allows per hour, week and month, and how much of it is used."""
