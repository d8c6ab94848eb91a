local s = ("") :rep(9000000000000000000)
return policy { component(s) {} }
