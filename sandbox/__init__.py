"""The sandbox: a bench built from package registries alone, a stand-in for ERPNext, and the demo that runs on it."""
