return ("x"):find(("x-"):rep(150) .. "y")
