return ("x"):find("%bx")
