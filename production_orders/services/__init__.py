"""SQL, locks and documents: a service asks the domain, then writes."""
