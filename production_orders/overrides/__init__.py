"""Targets of doc_events on ERPNext's documents: what of ours must not be undone from there."""
