component = 5
return policy {}
