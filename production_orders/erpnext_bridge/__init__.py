"""Every touch of ERPNext's own DocTypes: what upstream may move is found here and nowhere else."""
