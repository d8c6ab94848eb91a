return ("x"):match("x)")
