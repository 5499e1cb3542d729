"""The story: two plants make things over HTTP, as real users with their own tokens and roles."""
