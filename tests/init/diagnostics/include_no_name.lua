return policy { include(5) }
