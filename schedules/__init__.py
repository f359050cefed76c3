"""When things happen: refresh, daemon, due slots, alerts, delivery."""
