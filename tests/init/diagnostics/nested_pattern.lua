return ("x"):rep(3000):find(("(x"):rep(120))
