"""What several tiers share: factories, HTTP clients, comparison of states."""
