return ("x"):find("x%")
