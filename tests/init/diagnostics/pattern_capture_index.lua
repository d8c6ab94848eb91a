return ("x"):find("(x)%2")
