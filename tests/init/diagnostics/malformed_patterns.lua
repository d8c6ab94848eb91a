return ("x"):find("[x")
