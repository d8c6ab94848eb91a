local list = {}
list[1] = list
return policy { list }
