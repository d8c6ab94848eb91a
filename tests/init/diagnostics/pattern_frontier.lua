return ("x"):find("%fx")
