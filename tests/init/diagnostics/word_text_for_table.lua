return policy { component "a" "b" }
