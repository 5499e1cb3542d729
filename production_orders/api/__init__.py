"""The whitelisted functions: permission, typed input, one service call, plain JSON."""
