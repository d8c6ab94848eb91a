return child "a" .. "b"
